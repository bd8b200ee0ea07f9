/**
 * What the fences cost: light() beside Atomics and beside an empty loop, inline in WebAssembly beside the same loop
 * without it, heavy() beside the system call in C; and from how many reads per write on the asymmetric pair wins, by
 * these costs.
 */
import { AsymmetricFence } from 'node-membarrier/fence';
import { startSibling } from '../../harness/sibling.js';
import { barrierInC } from '../measure/barriers.js';
import { contest } from '../measure/contest.js';
import { alone, bySiblings, measuringBeside, reaching } from '../measure/counted.js';
import { bytes } from '../measure/inline-fence.wasm.js';
import { measuring, reportSamples, row } from '../measure/report.js';
import { difference, nanosecondsEach, paired, type Sample, timed } from '../measure/samples.js';

const words = new Int32Array(new SharedArrayBuffer(4));
const wasm = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Record<
  'withoutFence' | 'withLightFence' | 'withFullFence' | 'plainLoad' | 'fullFence',
  (times?: number) => number
>;

const inlined = measureInline();
await measuring('light() and heavy()', async () => {
  const fence = AsymmetricFence.createSync({ fallback: 'error' });
  const called = measureCalls(fence);
  const measure = (id: 'alone' | 'beside', siblings: string, calls: number, guard: typeof alone) => {
    const sample = (one: Sample) => guard(calls, one);
    const relation = id === 'alone' ? ({ against: ['c'] } as const) : ({ to: ['c'] } as const);
    const heavy = { label: 'heavy()', sample: sample(timed(calls, 'fence.heavy()', { fence })), ...relation } as const;
    const c = { label: 'PRIVATE_EXPEDITED in C', sample: sample(barrierInC('PRIVATE_EXPEDITED', calls)) };
    const title = `heavy(), ${siblings}`;
    const found = contest({ id: `heavy-${id}`, title, contenders: { c, heavy }, rounds: 1000, ...bySiblings });
    reportSamples(
      { id: `break-even-${id}`, title: `reads per write from which the asymmetric pair wins, ${siblings}` },
      [
        ...row('call', 'light() for Atomics.store', 'reads', readsToWin(found.heavy, called.store, called.light)),
        ...row('inline', 'inline, for atomic.fence', 'reads', readsToWin(found.heavy, inlined.full, inlined.light)),
      ],
    );
  };
  measure('alone', 'no running sibling', 1000, alone);
  await measuringBeside('heavy(), 1 running sibling', async (cpu) => {
    const sibling = await startSibling('busy', cpu);
    measure('beside', '1 running sibling', 200, reaching);
    await sibling.stop();
  });
});

/** A read costs less by what the symmetric fence costs more, a write more by heavy() less the fence it replaces. */
function readsToWin(heavy: readonly number[], symmetric: readonly number[], light: readonly number[]): number[] {
  const reads = symmetric.map((cost, i) => ((heavy[i] as number) - cost) / (cost - (light[i] as number)));
  return reads.filter((reads) => Number.isFinite(reads) && reads > 0);
}

function measureCalls(fence: AsymmetricFence) {
  const calls = 100_000;
  const compared = { moreThan: ['empty'], to: ['store'] } as const;
  const full = { label: 'a call that is a full fence', sample: timed(calls, 'fullFence()', wasm) };
  return contest({
    id: 'call',
    title: 'a call in JavaScript',
    contenders: {
      empty: { label: 'an empty loop', sample: timed(calls, '') },
      light: { label: 'fence.light()', sample: timed(calls, 'fence.light()', { fence }), ...compared },
      local: { label: 'light(), a local const', sample: timed(calls, 'light()', { light: fence.light }), ...compared },
      wasm: { label: 'a call that loads a word', sample: timed(calls, 'plainLoad()', wasm) },
      load: { label: 'Atomics.load', sample: timed(calls, 'Atomics.load(words, 0)', { words }) },
      store: { label: 'Atomics.store', sample: timed(calls, 'Atomics.store(words, 0, i)', { words }) },
      // V8 makes nothing of the instruction on s390x, so there is no full fence to measure.
      full: process.arch === 's390x' ? undefined : full,
    },
    rounds: 300,
    warmUp: 50,
    notes: ['a call that ...: of a function of WebAssembly'],
  });
}

/** What the fences take within the loop. */
function measureInline(): Record<'light' | 'full', number[]> {
  const times = 1_000_000;
  const sampleOf = (loop: (times: number) => number) => () =>
    nanosecondsEach(times, () => {
      if (loop(times) !== 0) throw new Error('the loop loaded what nobody has stored');
    });
  const { without, light, full } = contest({
    id: 'inline',
    title: 'a store and a load in WebAssembly',
    contenders: {
      without: { label: 'without a fence', sample: sampleOf(wasm.withoutFence) },
      light: { label: 'with a light fence', sample: sampleOf(wasm.withLightFence), moreThan: ['without'] },
      full: { label: 'with a full fence', sample: sampleOf(wasm.withFullFence), moreThan: ['without'] },
    },
    rounds: 100,
    warmUp: 20,
  });
  return { light: paired(light, without, difference), full: paired(full, without, difference) };
}
