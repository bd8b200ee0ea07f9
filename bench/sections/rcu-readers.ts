/**
 * What a read section of RCU costs, in JavaScript and in WebAssembly: beside two calls that do nothing, a reader-writer
 * lock on Atomics, and liburcu in C. One reader; rcu-pairs.ts has two.
 */
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { here, there } from '../measure/counted.js';
import { DATA_BYTES, type ReadSideName, readSide } from '../measure/read-sides.js';
import { type Row, reportRows, row } from '../measure/report.js';
import {
  type Contender,
  interleave,
  nanosecondsEach,
  paired,
  ratio,
  retrying,
  withoutPreemption,
} from '../measure/samples.js';
import { startUrcu, type Urcu } from '../peers/urcu.js';

AsymmetricFence.createSync({ fallback: 'error' });
const domain = RcuDomain.createSync({ bytes: DATA_BYTES });
const reader = domain.registerReader();
const words = new Int32Array(new SharedArrayBuffer(4));
const inlined = startUrcu('inlined', here, there ?? here);
const library = startUrcu('called', here, there ?? here);

const calls = 10_000;
const { samples, discarded } = interleave(
  {
    nothing: side('nothing', calls),
    loads: side('loads', calls),
    stores: side('stores', calls),
    object: side('object', calls),
    consts: side('consts', calls),
    read: side('read', calls),
    called: side('called', calls),
    inline: side('inline', 10 * calls),
    lock: side('lock', calls),
    store: withoutPreemption(() =>
      nanosecondsEach(calls, (calls) => {
        for (let i = 0; i < calls; i++) Atomics.store(words, 0, i);
      }),
    ),
    inlined: peer(inlined),
    library: peer(library),
  },
  1000,
  200,
);

const rows = [
  row('two calls of an empty function of WebAssembly', 'ns', samples.nothing),
  row('two calls that load a word', 'ns', samples.loads),
  row('two calls that store a word and load one', 'ns', samples.stores),
  row('reader.readLock(), reader.readUnlock()', 'ns', samples.object, 6),
  ...inJavaScript(samples.object),
  row('the same, consts of the function', 'ns', samples.consts, 6),
  ...inJavaScript(samples.consts),
  row('reader.read(fn)', 'ns', samples.read),
  toFloor(samples.read),
  row('  to readLock and readUnlock', 'times', paired(samples.read, samples.object, ratio), 2),
  row('in WebAssembly, by imports', 'ns', samples.called),
  toFloor(samples.called),
  ...toLiburcu(samples.called, 1.5),
  row('in WebAssembly, written out', 'ns', samples.inline),
  toFloor(samples.inline),
  ...toLiburcu(samples.inline, 1.5),
  row('Atomics.store', 'ns', samples.store),
  toFloor(samples.store),
  row('a reader-writer lock on Atomics', 'ns', samples.lock),
  toFloor(samples.lock),
  ...(inlined === undefined ? [] : [row('liburcu memb in C, inlined', 'ns', samples.inlined)]),
  ...(library === undefined ? [] : [row('liburcu memb in C, by calls', 'ns', samples.library)]),
];
const kept = `${samples.object.length} rounds kept, ${discarded} discarded because the CPU was taken away`;
reportRows('a read section, one reader', rows, kept);

function side(name: ReadSideName, times: number): Contender {
  const { run } = readSide(name, domain, reader);
  return withoutPreemption(() => nanosecondsEach(times, run));
}

function peer(urcu: Urcu | undefined): Contender {
  return urcu === undefined ? () => Number.NaN : retrying(() => urcu.measure('read', 'alone', 10 * calls));
}

function inJavaScript(own: number[]): Row[] {
  return [toFloor(own), row('  to the lock', 'times', paired(own, samples.lock, ratio), 0.333), ...toLiburcu(own, 6)];
}

function toFloor(own: number[]): Row {
  return row('  to two calls that store', 'times', paired(own, samples.stores, ratio));
}

function toLiburcu(own: number[], most: number): Row[] {
  if (inlined === undefined) return [];
  return [row('  to liburcu, inlined', 'times', paired(own, samples.inlined, ratio), most)];
}
