/**
 * Right answers first: while one thread replaces a record and frees the old one, two readers never see a record that is
 * torn or freed. And the check itself is checked: without any protection, they do.
 */
import { RcuDomain } from 'node-membarrier/rcu';
import type { ToldWorker } from '../../harness/worker.js';
import { readWriteLock } from '../peers/read-write-lock.js';
import type { Urcu } from '../peers/urcu.js';
import { here, there } from './counted.js';
import { DATA_BYTES, Data, dataOf, FREED, type ReadSideName, recordOf } from './read-sides.js';
import { Activity, startReaderThread } from './reader-thread.js';

const REPLACEMENTS = 2000;
const LOOKS = 2000;

/** Throws where one of them is wrong, or nothing shows. */
export async function checkReadSides(names: readonly ReadSideName[], peers: readonly Urcu[]): Promise<void> {
  for (const name of names) {
    const bad = await countBad(name);
    if (bad > 0) throw new Error(`the read side '${name}' saw ${bad} records that were torn or freed`);
  }
  for (const peer of peers) if (peer.check(REPLACEMENTS) > 0) throw new Error('liburcu: torn or freed records');
  const bad = await countBad('nothing');
  if (bad === 0) throw new Error('the check of the read sides sees nothing, even where nothing protects');
}

async function countBad(name: ReadSideName): Promise<number> {
  const domain = RcuDomain.createSync({ bytes: DATA_BYTES });
  replace(dataOf(domain), 0, () => {});
  const readers = await Promise.all([here, there ?? here].map((cpu) => startReaderThread(domain, name, cpu)));
  for (const reader of readers) reader.begin(Activity.LOOK);
  replaceOften(name, domain, readers);
  for (const reader of readers) reader.finish();
  const bad = readers.reduce((sum, reader) => sum + reader.found()[1], 0);
  await Promise.all(readers.map((reader) => reader.end()));
  return bad;
}

/** Until all have looked often enough; without protection, until one has seen something, but not for ever. */
function replaceOften(name: ReadSideName, domain: RcuDomain, readers: readonly ToldWorker[]): void {
  const replaceOne = writer(name, domain);
  const deadline = performance.now() + 10_000;
  const enough =
    name === 'nothing'
      ? () => readers.some((reader) => reader.found()[1] > 0) || performance.now() > deadline
      : () => readers.every((reader) => reader.found()[0] >= LOOKS);
  for (let i = 1; i <= REPLACEMENTS || !enough(); i++) replaceOne(i % 1_000_000);
}

function writer(name: ReadSideName, domain: RcuDomain): (value: number) => void {
  const data = dataOf(domain);
  const none = () => {};
  if (name === 'nothing') return (value) => replace(data, value, none);
  if (name !== 'lock') return (value) => replace(data, value, domain.synchronizeSync.bind(domain));
  const { writeLock, writeUnlock } = readWriteLock(data.subarray(Data.LOCK, Data.LOCK + 1));
  return (value) => {
    writeLock();
    replace(data, value, none);
    writeUnlock();
  };
}

/** Fills the record that is not in use, publishes it, and frees the other after `wait`. */
function replace(data: Int32Array, value: number, wait: () => void): void {
  const before = recordOf(data);
  const [old, fresh] = before === 0 ? Data.RECORDS : [Data.RECORDS[1], Data.RECORDS[0]];
  fill(data, fresh, value);
  Atomics.store(data, Data.CURRENT, data.byteOffset + 4 * fresh);
  wait();
  fill(data, old, FREED);
}

function fill(data: Int32Array, record: number, value: number): void {
  Atomics.store(data, record, value);
  Atomics.store(data, record + 1, value);
}
