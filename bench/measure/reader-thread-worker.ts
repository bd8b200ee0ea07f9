import { parentPort, workerData } from 'node:worker_threads';
import { RcuDomain } from 'node-membarrier/rcu';
import { harness } from '../../harness/index.js';
import { readSide } from './read-sides.js';
import { Activity, type ReaderData, STRIDE, Word } from './reader-thread.js';
import { nanosecondsEach } from './samples.js';

const { name, cpu, handle, words } = workerData as ReaderData;
if (harness.pin(cpu) !== 0) throw new Error(`cannot pin a worker to CPU ${cpu}`);
const domain = RcuDomain.attach(handle);
const reader = domain.registerReader({ name });
const side = readSide(name, domain, reader);
/** Sections between two looks at what is wanted: short ones, and such as take 20 microseconds. */
const MANY = 1000;
const FEW = 50;

parentPort?.postMessage('ready');
for (let activity = wanted(); activity !== Activity.END; activity = wanted()) {
  set(Word.REACHED, activity);
  act(activity);
  while (wanted() === activity && mayRest(activity)) Atomics.wait(words, Word.WANTED * STRIDE, BigInt(activity));
}

function mayRest(activity: Activity): boolean {
  return activity !== Activity.RUN && activity !== Activity.LOOK;
}

function act(activity: Activity): void {
  if (activity === Activity.RUN) run();
  else if (activity === Activity.LOOK) look();
  else if (activity === Activity.MEASURE) measure(get(Word.HOW_MUCH));
  else if (activity === Activity.HOLD) hold(get(Word.HOW_MUCH));
}

function run(): void {
  while (wanted() === Activity.RUN) side.run(MANY);
}

function look(): void {
  while (wanted() === Activity.LOOK) {
    const bad = side.look(FEW);
    Atomics.add(words, Word.BAD * STRIDE, BigInt(bad));
    Atomics.add(words, Word.LOOKS * STRIDE, BigInt(FEW));
  }
}

function measure(times: number): void {
  const nanoseconds = nanosecondsEach(times, side.run) * times;
  set(Word.NANOSECONDS, Math.round(nanoseconds));
  set(Word.DONE, 1);
}

function hold(milliseconds: number): void {
  reader.readLock();
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  reader.readUnlock();
  set(Word.DONE, 1);
}

function wanted(): Activity {
  return get(Word.WANTED) as Activity;
}

function get(word: Word): number {
  return Number(Atomics.load(words, word * STRIDE));
}

function set(word: Word, value: number): void {
  Atomics.store(words, word * STRIDE, BigInt(value));
  Atomics.notify(words, word * STRIDE);
}
