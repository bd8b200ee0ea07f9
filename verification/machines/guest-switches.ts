/**
 * In the guest: processes of Node.js that hand over to each other on one CPU, before and after they register. Each
 * interval that is counted has one line of output, in their order, for the host to judge by.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { membarrier, type Registrable } from 'node-membarrier';
import { probes } from '../../test/support/probes.js';
import type { Interval } from './barriers.js';

const ROUNDS = 300;
/** What is done for the first time is not counted. */
const WARM_UP = 20;

const kinds: readonly Registrable[] = [
  'PRIVATE_EXPEDITED',
  'PRIVATE_EXPEDITED_SYNC_CORE',
  'PRIVATE_EXPEDITED_RSEQ',
  'GLOBAL_EXPEDITED',
];

const byte = Buffer.alloc(1);
const HAND_OVER = 0;
const REGISTER = 1;

/** Another process, at the other ends of two named pipes: the one that reads sleeps until the other has written. */
class Partner {
  readonly #toIt: number;
  readonly #fromIt: number;

  constructor(kind: Registrable) {
    const folder = mkdtempSync(join(tmpdir(), 'partner-'));
    const pipes = [join(folder, 'to'), join(folder, 'from')] as const;
    spawnSync('mkfifo', pipes);
    spawn(execPath, [fileURLToPath(import.meta.url), kind, ...pipes], { stdio: 'inherit' });
    this.#toIt = openSync(pipes[0], 'w');
    this.#fromIt = openSync(pipes[1], 'r');
  }

  /** There and back. */
  send(word: number): void {
    byte[0] = word;
    writeSync(this.#toIt, byte);
    readSync(this.#fromIt, byte);
  }
}

function partner(kind: Registrable, to: string, from: string): void {
  const [read, write] = [openSync(to, 'r'), openSync(from, 'w')];
  while (readSync(read, byte) === 1) {
    if (byte[0] === REGISTER) membarrier.registerSync(kind);
    writeSync(write, byte);
  }
}

function count(interval: Omit<Interval, 'rounds'>, handOver: () => void): void {
  for (let i = 0; i < WARM_UP; i++) handOver();
  probes.markBegin();
  for (let i = 0; i < ROUNDS; i++) handOver();
  probes.markEnd();
  console.log(`interval ${JSON.stringify({ ...interval, rounds: ROUNDS } satisfies Interval)}`);
}

/** The other thread of this process answers each store with one of its own. */
async function countThreads(): Promise<void> {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const script = `const { workerData: words } = require('node:worker_threads');
    for (;;) {
      Atomics.wait(words, 0, 0);
      Atomics.store(words, 0, 0);
      Atomics.notify(words, 0);
    }`;
  const worker = new Worker(script, { eval: true, workerData: words });
  count({ what: 'two threads of one registered process', registered: 2, processes: 1 }, () => {
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    Atomics.wait(words, 0, 1);
  });
  await worker.terminate();
}

/** `leaveOut`: nobody registers, so that what is expected is not found. */
export async function countSwitches(leaveOut: boolean): Promise<void> {
  const partners = kinds.map((kind) => ({ kind, partner: new Partner(kind) }));
  for (const { kind, partner } of partners) {
    count({ what: `neither (${kind})`, registered: 0, processes: 2 }, () => partner.send(HAND_OVER));
    if (!leaveOut) partner.send(REGISTER);
    count({ what: `the other one, ${kind}`, registered: 1, processes: 2 }, () => partner.send(HAND_OVER));
  }
  if (!leaveOut) membarrier.registerSync('PRIVATE_EXPEDITED');
  for (const { kind, partner } of partners) {
    count({ what: `both, the other one ${kind}`, registered: 2, processes: 2 }, () => partner.send(HAND_OVER));
  }
  await countThreads();
}

const [, program, kind, to, from] = argv;
if (program === fileURLToPath(import.meta.url) && to !== undefined && from !== undefined) {
  partner(kind as Registrable, to, from);
}
