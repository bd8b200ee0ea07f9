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
import type { Way } from '../measure/fresh-child.js';
import { measuring, reportSamples, row } from '../measure/report.js';
import { rotated } from '../measure/samples.js';

const AGAIN = 20;
const ways: Record<Way | 'single', string> = {
  raw: 'Node.js, raw()',
  facade: 'Node.js, registerSync()',
  c: 'Node.js, C',
  single: 'a process of one thread, C',
};
/** Microseconds, by table and row. */
const samples = new Map<string, number[]>();

await measuring('a registration', () => {
  checkAvailable();
  const rounds = takeRounds(byEffort(4, 40), 1, takeRound);
  const inRecord = 'registerSync() makes no system call for what it has in its record';
  const notes = [`${rounds.length} fresh processes each; blocking. ${inRecord}`];
  const titles = { first: 'a registration, the first of its kind', again: 'a registration, once more' };
  for (const [id, title] of Object.entries(titles)) {
    const rows = available.flatMap((kind) =>
      Object.entries(ways).flatMap(([way, label]) => {
        return row(`${kind}/${way}`, label, 'us', samples.get(`${id} ${kind}/${way}`) ?? []);
      }),
    );
    reportSamples({ id, title, notes }, rows);
  }
});

function add(key: string, microseconds: number): void {
  samples.set(key, [...(samples.get(key) ?? []), microseconds]);
}

function takeRound(round: number): void {
  addSingleThreaded(round);
  for (const way of ['c', 'raw', 'facade'] satisfies Way[]) {
    for (const { kind, first, again } of inFreshProcess('registration', way, round)) {
      add(`first ${kind}/${way}`, first);
      add(`again ${kind}/${way}`, again);
    }
  }
}

function addSingleThreaded(turn: number): void {
  const kinds = rotated(available, turn).flatMap((kind) => Array.from({ length: 1 + AGAIN }, () => kind));
  const answers = harness.callInFork(kinds.map((kind) => [Command[registerCommandOf(kind)], 0, 0]));
  if (typeof answers === 'number') throw new Error(`a process of one thread: ${getSystemErrorName(answers)}`);
  for (const [i, { nanoseconds }] of answers.entries()) {
    add(`${i % (1 + AGAIN) === 0 ? 'first' : 'again'} ${kinds[i]}/single`, nanoseconds / 1000);
  }
}
