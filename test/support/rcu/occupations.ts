/**
 * What a mortal does with its domain. `point` is called wherever it may die by itself; terminate() may come anywhere.
 * Those that begin with 'own' have a domain of their own, so that the memory dies with them.
 */
import type { RcuDomain, RcuReader } from 'node-membarrier/rcu';
import { isAnyoneAsleep } from './words.js';

export type Occupation =
  | 'section'
  | 'reading'
  | 'registering'
  | 'synchronizing'
  | 'everything'
  | 'waiting'
  | 'asleep'
  | 'own'
  | 'ownAsleep';

/** Makes ready, and answers what is then done over and over. */
type Begin = (domain: RcuDomain, reader: RcuReader, point: () => void) => (() => void) | Promise<() => void>;

export const occupations: Record<Occupation, Begin> = {
  section(_domain, reader, point) {
    reader.readLock();
    return point;
  },
  reading: (_domain, reader, point) => () => {
    reader.readLock();
    point();
    reader.readLock();
    point();
    reader.readUnlock();
    point();
    reader.readUnlock();
  },
  registering: (domain, _reader, point) => () => {
    const another = domain.registerReader();
    point();
    another.readLock();
    point();
    another.readUnlock();
    another[Symbol.dispose]();
  },
  synchronizing: (domain, _reader, point) => () => {
    domain.synchronizeSync();
    const cookie = domain.startPoll();
    point();
    domain.poll(cookie);
    point();
  },
  everything(domain, reader, point) {
    const names = ['reading', 'registering', 'synchronizing'] as const;
    const acts = names.map((name) => occupations[name](domain, reader, point) as () => void);
    return () => {
      for (const act of acts) act();
    };
  },
  waiting: (domain, _reader, point) => () => {
    domain.synchronizeSync();
    point();
  },
  asleep,
  own: (domain, reader, point) => () => {
    reader.readLock();
    point();
    domain.poll(domain.startPoll());
    reader.readUnlock();
    domain.synchronizeSync();
  },
  ownAsleep: asleep,
};

/** A section that the thread's own synchronize() waits for, asleep in Atomics.waitAsync. */
async function asleep(domain: RcuDomain, reader: RcuReader, point: () => void): Promise<() => void> {
  const controller = new AbortController();
  reader.readLock();
  domain.synchronize({ signal: controller.signal }).catch(() => {});
  while (!isAnyoneAsleep(domain)) await new Promise(setImmediate);
  return () => {
    try {
      point();
    } catch (error) {
      controller.abort(); // it would keep the thread alive; the sleep goes on
      throw error;
    }
  };
}
