/**
 * Two readers at once, each on a CPU of its own: what a section costs either of them beside the other, and by itself.
 * Two calls of WebAssembly that share nothing tell what the machine takes from two threads in any case.
 */
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { here, there, whyNoOtherCpu } from '../measure/counted.js';
import { DATA_BYTES, type ReadSideName, readSide } from '../measure/read-sides.js';
import { startReaderThread } from '../measure/reader-thread.js';
import { measuring, type Row, reportRows, row } from '../measure/report.js';
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

/** How many sections a sample takes: 0.1 to 1 millisecond. */
const contenders = {
  stores: [10_000, 'two calls that store a word'],
  object: [10_000, 'reader.readLock(), reader.readUnlock()'],
  inline: [100_000, 'in WebAssembly, written out'],
  lock: [5_000, 'a reader-writer lock on Atomics'],
} as const satisfies Partial<Record<ReadSideName, readonly [times: number, what: string]>>;
type Name = keyof typeof contenders;
type Sample = `${Name} ${'here' | 'there'} ${'alone' | 'beside'}`;

AsymmetricFence.createSync({ fallback: 'error' });
await measuring('a read section, two readers', () => measure(there));

async function measure(there: number | undefined): Promise<void> {
  if (there === undefined) throw new Error(whyNoOtherCpu);
  const domain = RcuDomain.createSync({ bytes: DATA_BYTES });
  const urcu = startUrcu('inlined', here, there);
  const pairs = await Promise.all(names().map((name) => startPair(domain, name, there)));
  const { samples, discarded } = interleave<Sample | 'urcu alone' | 'urcu beside'>(
    {
      ...(Object.assign({}, ...pairs.map(({ contenders }) => contenders)) as Record<Sample, Contender>),
      'urcu alone': peer(urcu, 'alone'),
      'urcu beside': peer(urcu, 'beside'),
    },
    500,
    100,
  );
  await Promise.all(pairs.map(({ end }) => end()));

  const rows = names().flatMap((name) => rowsOf(name, samples));
  const [alone, beside] = [samples['urcu alone'], samples['urcu beside']];
  const liburcu = [
    row('liburcu memb in C, inlined: one reader', 'ns', alone),
    row('  one of two', 'ns', beside),
    row('    to one reader', 'times', paired(beside, alone, ratio)),
  ];
  reportRows(
    'a read section, two readers',
    [...rows, ...(urcu === undefined ? [] : liburcu)],
    `${alone.length} rounds kept, ${discarded} discarded because a CPU was taken away`,
  );
}

function rowsOf(name: Name, samples: Record<Sample, number[]>): Row[] {
  const eachOfTwo = samples[`${name} here beside`].concat(samples[`${name} there beside`]);
  const rows = [
    row(`${contenders[name][1]}: one reader`, 'ns', samples[`${name} here alone`]),
    row('  each of two', 'ns', eachOfTwo),
    toOne(name, 'here', samples),
    toOne(name, 'there', samples),
  ];
  if (isRcu(name)) rows.push(toLock(name, 'here', samples), toLock(name, 'there', samples));
  return rows;
}

function isRcu(name: Name): boolean {
  return name === 'object' || name === 'inline';
}

function names(): Name[] {
  return Object.keys(contenders) as Name[];
}

function peer(urcu: Urcu | undefined, company: 'alone' | 'beside'): Contender {
  return urcu === undefined ? () => Number.NaN : retrying(() => urcu.measure('read', company, 100_000));
}

/** The same read side in this thread and in another. */
async function startPair(domain: RcuDomain, name: Name, cpu: number) {
  const [times] = contenders[name];
  const { run } = readSide(name, domain, domain.registerReader());
  const other = await startReaderThread(domain, name, cpu);
  const own = () => nanosecondsEach(times, run);
  const samples = {
    [`${name} here alone`]: withoutPreemption(own),
    [`${name} here beside`]: withoutPreemption(() => other.running(own)),
    [`${name} there alone`]: withoutPreemption(() => other.measure(times)),
    [`${name} there beside`]: withoutPreemption(() => other.measure(times, () => run(1000))),
  };
  return { contenders: samples, end: () => other.end() };
}

function toOne(name: Name, where: 'here' | 'there', samples: Record<Sample, number[]>): Row {
  const times = paired(samples[`${name} ${where} beside`], samples[`${name} ${where} alone`], ratio);
  const what = `    to one reader on the same CPU, ${where === 'here' ? 'the first' : 'the second'}`;
  return isRcu(name) ? row(what, 'times', times, 1.1) : row(what, 'times', times);
}

function toLock(name: Name, where: 'here' | 'there', samples: Record<Sample, number[]>): Row {
  const times = paired(samples[`${name} ${where} beside`], samples[`lock ${where} beside`], ratio);
  return row(`    to the lock, ${where === 'here' ? 'the first' : 'the second'}`, 'times', times, 0.05);
}
