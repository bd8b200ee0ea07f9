/**
 * What a read section of RCU costs, in JavaScript and in WebAssembly: beside two calls that do nothing, a reader-writer
 * lock on Atomics, and liburcu in C. One reader; rcu-pairs.ts has two.
 */
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { contest } from '../measure/contest.js';
import { here, there } from '../measure/counted.js';
import { DATA_BYTES, type ReadSideName, readSide } from '../measure/read-sides.js';
import { nanosecondsEach, timed, withoutPreemption } from '../measure/samples.js';
import { sampleUrcu, startUrcu } from '../peers/urcu.js';

AsymmetricFence.createSync({ fallback: 'error' });
const domain = RcuDomain.createSync({ bytes: DATA_BYTES });
const reader = domain.registerReader();
const words = new Int32Array(new SharedArrayBuffer(4));

const calls = 10_000;
const side = (name: ReadSideName, label: string, times = calls) => {
  const { run } = readSide(name, domain, reader);
  return { label, sample: withoutPreemption(() => nanosecondsEach(times, run)) };
};
const peer = (kind: 'inlined' | 'called', label: string) => {
  const urcu = startUrcu(kind, here, there ?? here);
  return urcu && { label, sample: sampleUrcu(urcu, 'read', 'alone', 10 * calls) };
};
const compared = { to: ['stores', 'lock', 'urcu'] } as const;

contest({
  id: 'one',
  title: 'a read section, one reader',
  contenders: {
    nothing: side('nothing', 'two calls that do nothing'),
    loads: side('loads', 'two calls that load a word'),
    stores: side('stores', 'two calls that store a word'),
    object: { ...side('object', 'readLock(), readUnlock()'), ...compared },
    local: { ...side('consts', 'the same, local consts'), ...compared },
    read: { ...side('read', 'read(fn)'), to: ['stores', 'object'] },
    called: { ...side('called', 'WebAssembly, by imports'), to: ['stores', 'urcu'] },
    inline: { ...side('inline', 'WebAssembly, written out', 10 * calls), to: ['stores', 'urcu'] },
    store: {
      label: 'Atomics.store',
      sample: withoutPreemption(timed(calls, 'Atomics.store(words, 0, i)', { words })),
      to: ['stores'],
    },
    lock: { ...side('lock', 'a reader-writer lock'), to: ['stores'] },
    urcu: peer('inlined', 'liburcu, inlined'),
    'urcu-called': peer('called', 'liburcu, by calls'),
  },
  rounds: 1000,
  warmUp: 200,
  discardedFor: 'a CPU that was taken away',
  notes: ['two calls: of functions of WebAssembly; the lock: on Atomics; liburcu: memb, in C'],
});
