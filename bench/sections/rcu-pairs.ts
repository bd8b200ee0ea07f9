/**
 * Two readers at once, each on a CPU of its own: what a section costs either of them beside the other, and by itself.
 * Two calls of WebAssembly that share nothing tell what the machine takes from two threads in any case.
 */
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import type { ToldWorker } from '../../harness/worker.js';
import { here, there, whyNoOtherCpu } from '../measure/counted.js';
import { DATA_BYTES, type ReadSideName, readSide } from '../measure/read-sides.js';
import { Activity, measureReader, startReaderThread } from '../measure/reader-thread.js';
import { measuring, reportSamples, row } from '../measure/report.js';
import { interleave, nanosecondsEach, paired, ratio, type Sample, withoutPreemption } from '../measure/samples.js';
import { sampleUrcu, startUrcu } from '../peers/urcu.js';

/** How many sections a sample takes: 0.1 to 1 millisecond. */
const sides = [
  { name: 'stores', times: 10_000, label: 'two calls that store a word' },
  { name: 'object', times: 10_000, label: 'readLock(), readUnlock()' },
  { name: 'inline', times: 100_000, label: 'WebAssembly, written out' },
  { name: 'lock', times: 5000, label: 'a reader-writer lock' },
] as const satisfies readonly { name: ReadSideName; times: number; label: string }[];
type Side = (typeof sides)[number];
type Found = Record<string, number[]>;

AsymmetricFence.createSync({ fallback: 'error' });
const title = 'a read section, two readers';
await measuring(title, async () => {
  if (there === undefined) throw new Error(whyNoOtherCpu);
  const domain = RcuDomain.createSync({ bytes: DATA_BYTES });
  const contenders: Record<string, Sample> = {};
  const others: ToldWorker[] = [];
  for (const side of sides) {
    const other = await startReaderThread(domain, side.name, there);
    others.push(other);
    Object.assign(contenders, contendersOf(side, readSide(side.name, domain, domain.registerReader()).run, other));
  }
  const urcu = startUrcu('inlined', here, there);
  for (const company of ['alone', 'beside'] as const) {
    if (urcu !== undefined) contenders[`urcu here ${company}`] = sampleUrcu(urcu, 'read', company, 100_000);
  }
  const { samples, discarded } = interleave(contenders, 500, 100);
  await Promise.all(others.map((other) => other.end()));
  const kept = `${Object.values(samples)[0]?.length} rounds kept, ${discarded} discarded for a CPU that was taken away`;
  reportSamples({ id: 'two', title, notes: [kept] }, [
    ...sides.flatMap((side) => rowsOf(side, samples)),
    ...rowsOfUrcu(samples),
  ]);
});

/** The same read side in this thread and in another. */
function contendersOf({ name, times }: Side, run: (times: number) => void, other: ToldWorker): Record<string, Sample> {
  const own = () => nanosecondsEach(times, run);
  return {
    [`${name} here alone`]: withoutPreemption(own),
    [`${name} here beside`]: withoutPreemption(() => other.during(Activity.RUN, own)),
    [`${name} there alone`]: withoutPreemption(() => measureReader(other, times)),
    [`${name} there beside`]: withoutPreemption(() => measureReader(other, times, () => run(1000))),
  };
}

function rowsOf({ name, label }: Side, found: Found) {
  const of = (key: string) => found[key] ?? [];
  const each = (['here', 'there'] as const).flatMap((where) => {
    const [own, which] = [of(`${name} ${where} beside`), where === 'here' ? 'the first' : 'the second'];
    const to = (other: string, what: string, key: string) =>
      row(`${where}-to-${other}`, `${which}: to ${what}`, 'times', paired(own, of(key), ratio));
    const toOne = to('one', 'one reader alone', `${name} ${where} alone`);
    const isRcu = name === 'object' || name === 'inline';
    return isRcu ? toOne.concat(to('lock', 'the lock', `lock ${where} beside`)) : toOne;
  });
  const both = row('both', 'each of two', 'ns', [...of(`${name} here beside`), ...of(`${name} there beside`)], ...each);
  return row(name, `${label}: one reader`, 'ns', of(`${name} here alone`), ...both);
}

function rowsOfUrcu(found: Found) {
  const [one, two] = [found['urcu here alone'] ?? [], found['urcu here beside'] ?? []];
  const toOne = row('to-one', 'to one reader', 'times', paired(two, one, ratio));
  return row('urcu', 'liburcu, inlined: one reader', 'ns', one, ...row('both', 'one of two', 'ns', two, ...toOne));
}
