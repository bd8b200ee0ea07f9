/** What is called of a shared map at the end of the stack (end.ts), and how it is checked. */
import { SharedMap } from 'node-membarrier/collections';
import { auditOf, openedTable } from '../collections/audit.js';
import type { Attempt } from './attempts-lock.js';

const map = SharedMap.createSync<string, string>({ maxBytes: 65_536 });
const opened = openedTable(map.handle);
const { at, steps } = opened;
const long = 'x'.repeat(10_000);
let count = 0;

/** A key that is there, or not, as before the call; whether the call has done its work. */
function attempting(
  name: string,
  isThere: boolean,
  call: (key: string) => unknown,
  isDone: (key: string) => boolean,
): Attempt {
  return {
    name,
    warm: 500,
    prepare() {
      const key = `key ${count++ % 50}`;
      if (isThere) map.set(key, 'before');
      else map.delete(key);
      return {
        call: () => call(key),
        words: [],
        check(thrown) {
          if (steps.load(at + steps.LOCK.value) !== 0) return 'the lock is taken';
          const { faults, lostBytes } = auditOf(opened);
          if (faults.length > 0 || lostBytes > 0) return faults.join() || 'bytes are lost';
          return isDone(key) === thrown ? 'half done' : undefined;
        },
      };
    },
  };
}

const is = (value: string | undefined) => (key: string) => map.get(key) === value;

/** Each audits the map, which takes its time: where nothing is compiled, this one is enough. */
const COLD = new Set(['set, long']);

export function attemptsAtMap(mode: 'cold' | 'hot'): readonly Attempt[] {
  return attempts.filter(({ name }) => mode === 'hot' || COLD.has(name));
}

const attempts: readonly Attempt[] = [
  attempting('set, new', false, (key) => map.set(key, 'after'), is('after')),
  attempting('set', true, (key) => map.set(key, 'after'), is('after')),
  attempting('set, long', true, (key) => map.set(key, long), is(long)),
  attempting('delete', true, (key) => map.delete(key), is(undefined)),
  attempting('getOrInsert', false, (key) => map.getOrInsert(key, 'after'), is('after')),
  attempting('setMany', false, (key) => map.setMany([[key, 'after']]), is('after')),
  attempting('update', true, (key) => map.update(key, () => 'after'), is('after')),
  attempting(
    'clear',
    true,
    () => map.clear(),
    () => map.size === 0,
  ),
];
