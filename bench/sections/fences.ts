/**
 * What the fences cost: light() beside Atomics and beside an empty loop, inline in WebAssembly beside the same loop
 * without it, heavy() beside the system call in C; and from how many reads per write on the asymmetric pair wins, by
 * these costs.
 */
import { Command } from 'node-membarrier';
import { AsymmetricFence } from 'node-membarrier/fence';
import { harness } from '../../harness/index.js';
import { startSibling } from '../../harness/sibling.js';
import { alone, each, measuringBeside, reaching, reportCounted } from '../measure/counted.js';
import { bytes } from '../measure/inline-fence.wasm.js';
import { measuring, reportRows, row } from '../measure/report.js';
import { type Contender, difference, interleave, nanosecondsEach, paired, ratio } from '../measure/samples.js';

const words = new Int32Array(new SharedArrayBuffer(4));
const inline = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Record<
  'withoutFence' | 'withLightFence' | 'withFullFence' | 'plainLoad' | 'fullFence',
  (times?: number) => number
>;

/** On s390x V8 makes nothing of the instruction, so there is none to measure. */
const hasFullFence = process.arch !== 's390x';

const inlined = measureInline();
await measuring('light() and heavy()', async () => {
  const fence = AsymmetricFence.createSync({ fallback: 'error' });
  const often = measureOften(fence);
  const breakEven = (siblings: string, heavy: number[]) => reportBreakEven(siblings, heavy, often);
  breakEven('no running sibling', measureHeavyAlone(fence));
  await measuringBeside('heavy(), 1 running sibling', async (cpu) => {
    breakEven('1 running sibling', await measureHeavyReaching(fence, cpu));
  });
});

/** Each in a function of its own, so that V8 compiles each loop for what it calls. */
function measureOften(fence: AsymmetricFence): Record<'light' | 'store', number[]> {
  const calls = 100_000;
  const { samples } = interleave(
    {
      empty: () =>
        nanosecondsEach(calls, (calls) => {
          for (let i = 0; i < calls; i++);
        }),
      light: () =>
        nanosecondsEach(calls, (calls) => {
          for (let i = 0; i < calls; i++) fence.light();
        }),
      inConst: () =>
        nanosecondsEach(calls, (calls) => {
          const { light } = fence;
          for (let i = 0; i < calls; i++) light();
        }),
      plainLoad: () =>
        nanosecondsEach(calls, (calls) => {
          for (let i = 0; i < calls; i++) inline.plainLoad();
        }),
      full: () => {
        if (!hasFullFence) return Number.NaN;
        return nanosecondsEach(calls, (calls) => {
          for (let i = 0; i < calls; i++) inline.fullFence();
        });
      },
      store: () =>
        nanosecondsEach(calls, (calls) => {
          for (let i = 0; i < calls; i++) Atomics.store(words, 0, i);
        }),
      load: () =>
        nanosecondsEach(calls, (calls) => {
          for (let i = 0; i < calls; i++) Atomics.load(words, 0);
        }),
    },
    300,
    50,
  );
  const { light, inConst, empty, store } = samples;
  const more = (samples: number[]) => paired(samples, empty, difference);
  reportRows('a call in JavaScript', [
    { label: 'an empty loop', unit: 'ns', samples: empty },
    { label: 'fence.light()', unit: 'ns', samples: light },
    { label: '  more than the empty loop', unit: 'ns', samples: more(light), limit: ['median', 2.5] },
    { label: '  to Atomics.store', unit: 'times', samples: paired(light, store, ratio), limit: ['median', 0.35] },
    { label: 'light(), a const of the function', unit: 'ns', samples: inConst },
    { label: '  more than the empty loop', unit: 'ns', samples: more(inConst), limit: ['median', 2.5] },
    { label: '  to Atomics.store', unit: 'times', samples: paired(inConst, store, ratio), limit: ['median', 0.35] },
    { label: 'a call into WebAssembly that loads a word', unit: 'ns', samples: samples.plainLoad },
    { label: 'Atomics.load', unit: 'ns', samples: samples.load },
    { label: 'Atomics.store', unit: 'ns', samples: store },
    { label: 'a full fence, by a call into WebAssembly', unit: 'ns', samples: samples.full },
  ]);
  return { light, store };
}

function measureInline() {
  const times = 1_000_000;
  const run = (loop: (times: number) => number) => () =>
    nanosecondsEach(times, () => {
      if (loop(times) !== 0) throw new Error('the loop loaded what nobody has stored');
    });
  const { samples } = interleave(
    { without: run(inline.withoutFence), light: run(inline.withLightFence), full: run(inline.withFullFence) },
    100,
    20,
  );
  const { without, light, full } = samples;
  const moreLight = paired(light, without, difference);
  const moreFull = paired(full, without, difference);
  reportRows('a store and a load in WebAssembly', [
    { label: 'without a fence', unit: 'ns', samples: without },
    { label: 'with a light fence', unit: 'ns', samples: light },
    { label: '  more', unit: 'ns', samples: moreLight, limit: ['median', 0.15] },
    { label: 'with a full fence', unit: 'ns', samples: full },
    { label: '  more', unit: 'ns', samples: moreFull },
  ]);
  return { light: moreLight, full: moreFull };
}

function cLoop(calls: number): number {
  return each(harness.libcLoop(Command.PRIVATE_EXPEDITED, 0, 0, calls), calls);
}

function besideC(fence: AsymmetricFence, calls: number, counted: (sample: () => number) => Contender) {
  const issueHeavy = (calls: number) => {
    for (let i = 0; i < calls; i++) fence.heavy();
  };
  return interleave({ c: counted(() => cLoop(calls)), heavy: counted(() => nanosecondsEach(calls, issueHeavy)) }, 1000);
}

function measureHeavyAlone(fence: AsymmetricFence): number[] {
  const calls = 1000;
  const { samples, discarded } = besideC(fence, calls, alone(calls));
  const { c, heavy } = samples;
  reportCounted('heavy(), no running sibling', heavy.length, discarded, [
    { label: 'PRIVATE_EXPEDITED in a C loop', unit: 'ns', samples: c },
    { label: 'heavy()', unit: 'ns', samples: heavy },
    { label: '  more than C', unit: 'ns', samples: paired(heavy, c, difference), limit: ['median', 15] },
  ]);
  return heavy;
}

async function measureHeavyReaching(fence: AsymmetricFence, cpu: number): Promise<number[]> {
  const calls = 200;
  const sibling = await startSibling('busy', cpu);
  const { samples, discarded } = besideC(fence, calls, reaching(calls));
  await sibling.stop();
  const { c, heavy } = samples;
  reportCounted('heavy(), 1 running sibling', heavy.length, discarded, [
    { label: 'PRIVATE_EXPEDITED in a C loop', unit: 'ns', samples: c },
    { label: 'heavy()', unit: 'ns', samples: heavy },
    { label: '  to C', unit: 'times', samples: paired(heavy, c, ratio), limit: ['median', 1.02] },
  ]);
  return heavy;
}

/** A read costs less by `gain`, a write more by heavy() less the fence that it replaces. */
function reportBreakEven(siblings: string, heavy: readonly number[], often: Record<'light' | 'store', number[]>): void {
  const reads = (gain: number[], replaced: number[]) =>
    heavy
      .slice(0, gain.length)
      .map((cost, i) => (cost - (replaced[i] as number)) / (gain[i] as number))
      .filter((reads) => Number.isFinite(reads) && reads > 0);
  reportRows(`reads per write from which the asymmetric pair is the cheaper one, ${siblings}`, [
    row(
      'JavaScript, light() for Atomics.store',
      'reads',
      reads(paired(often.store, often.light, difference), often.store),
    ),
    row(
      'WebAssembly, inline, for atomic.fence',
      'reads',
      reads(paired(inlined.full, inlined.light, difference), inlined.full),
    ),
  ]);
}
