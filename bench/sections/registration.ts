/**
 * What it takes to register, each kind, for the first time and again: in a process of one thread, and in Node.js with
 * its threads, where the kernel waits until every CPU has switched. Only the first registration of a kind in a process
 * takes long, so each sample is of a fresh process.
 */

import { getSystemErrorName } from 'node:util';
import { Command } from 'node-membarrier';
import { harness } from '../../harness/index.js';
import { available, checkAvailable, registerCommandOf } from '../measure/barriers.js';
import { byEffort } from '../measure/effort.js';
import { inFreshProcess, takeRounds } from '../measure/fresh.js';
import { group, measuring, type Row, reportRows, row } from '../measure/report.js';
import { rotated } from '../measure/samples.js';
import type { Registered, Way } from './registration-child.js';

const AGAIN = 20;

await measuring('a registration', () => {
  checkAvailable();
  const samples = new Map<string, number[]>();
  const add = (key: string, microseconds: number) => samples.set(key, [...(samples.get(key) ?? []), microseconds]);
  const rounds = takeRounds(byEffort(4, 40), 1, (round) => takeRound(round, add));
  const find = (key: string) => samples.get(key) ?? [];
  for (const when of ['first', 'again'] as const) {
    const rows = available.flatMap((kind): Row[] => [
      group(registerCommandOf(kind)),
      row('  raw(), Node.js', 'us', find(`${kind} raw ${when}`)),
      row('  in C, Node.js', 'us', find(`${kind} c ${when}`)),
      row('  in C, a process of one thread', 'us', find(`${kind} single ${when}`)),
      row('  registerSync(), Node.js', 'us', find(`${kind} facade ${when}`)),
    ]);
    const title = when === 'first' ? 'a registration, the first of its kind' : 'a registration, once more';
    reportRows(
      title,
      rows,
      `${rounds.length} fresh processes each; blocking. registerSync() makes no system call where the record has it`,
    );
  }
});

function takeRound(round: number, add: (key: string, microseconds: number) => void): void {
  addSingleThreaded(round, add);
  for (const way of ['c', 'raw', 'facade'] satisfies Way[]) {
    for (const { kind, first, again } of inFreshProcess<Registered[]>('registration-child', way, String(round))) {
      add(`${kind} ${way} first`, first);
      add(`${kind} ${way} again`, again);
    }
  }
}

function addSingleThreaded(turn: number, add: (key: string, microseconds: number) => void): void {
  const kinds = rotated(available, turn);
  const calls = kinds.flatMap((kind) =>
    Array.from({ length: 1 + AGAIN }, () => [Command[registerCommandOf(kind)], 0, 0] as const),
  );
  const answers = harness.timeInFork(calls);
  if (typeof answers === 'number') throw new Error(`a process of one thread: ${getSystemErrorName(answers)}`);
  kinds.forEach((kind, i) => {
    const [first, ...again] = answers.slice(i * (1 + AGAIN), (i + 1) * (1 + AGAIN));
    add(`${kind} single first`, (first?.nanoseconds ?? Number.NaN) / 1000);
    for (const { nanoseconds } of again) add(`${kind} single again`, nanoseconds / 1000);
  });
}
