import { workerData } from 'node:worker_threads';
import { RcuDomain } from 'node-membarrier/rcu';
import { serve, type Task } from '../../harness/worker.js';
import { readSide } from './read-sides.js';
import type { ReaderData } from './reader-thread.js';
import { nanosecondsEach } from './samples.js';

const { name, handle } = workerData as ReaderData;
const domain = RcuDomain.attach(handle);
const reader = domain.registerReader({ name });
const side = readSide(name, domain, reader);
/** Sections between two looks at what is wanted: short ones, and such as take 20 microseconds. */
const MANY = 1000;
const FEW = 50;

const run: Task = (_, isWanted) => {
  while (isWanted()) side.run(MANY);
};

const look: Task = (_, isWanted, say) => {
  let bad = 0;
  for (let looks = FEW; isWanted(); looks += FEW) {
    bad += side.look(FEW);
    say(looks, bad);
  }
};

const measure: Task = (times, _, say) => say(Math.round(nanosecondsEach(times, side.run) * times));

const hold: Task = (milliseconds) => {
  reader.readLock();
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  reader.readUnlock();
};

serve([run, look, measure, hold]);
