/**
 * One thread of a pair: runs one side of one arm. The heavy side, who knows both sides' outcomes in the end, posts
 * them.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Command } from '../lib/core/commands.js';
import { membarrier } from '../lib/core/membarrier.js';
import { AsymmetricFence } from '../lib/fence/asymmetric-fence.js';
import { instructionsOfThisThread } from '../lib/fence/instructions.js';
import { tokenOfThisThread } from '../lib/fence/token.js';
import { pinThread } from '../lib/threads/pinning.js';
import { heavySideInLockstep, LOCKSTEP_WORDS, lightSideInLockstep } from './lockstep.js';
import { runPerpetualHeavySide, runPerpetualLightSide } from './perpetual.js';
import type { FenceName, Side } from './sides.js';
import { type Arm, testNamed } from './tests.js';

export interface ThreadData {
  readonly test: string;
  readonly side: 'lightSide' | 'heavySide';
  readonly role: Arm['role'];
  readonly fence: FenceName;
  /** Which of the CPUs that the process may use, counted from 0 and over again. */
  readonly cpu: number;
  readonly words: Int32Array;
  readonly milliseconds: number;
}

/** How often each outcome was seen, by its index. */
export type Tally = readonly number[];

const { test, side, role, fence: fenceName, cpu, words, milliseconds } = workerData as ThreadData;
pinThread(cpu);
const fence = AsymmetricFence.createSync();
// A control leaves out all but the compiler's fence, also where the strategy has more.
const light = role === 'control' ? instructionsOfThisThread().compilerFence : fence.light;
const fences: Record<FenceName, () => void> = {
  light,
  heavy: fence.heavy,
  query: membarrier.isSupported() ? () => void membarrier.raw(Command.QUERY) : light,
  'seq-cst': () => {},
};

const { shape } = testNamed(test);
const parts: Side = { words, fence: fences[fenceName], fenceName, light, self: tokenOfThisThread() };
const tally =
  shape === 'perpetual'
    ? runPerpetual()
    : runInLockstep(shape[side]({ ...parts, words: words.subarray(LOCKSTEP_WORDS) }));
if (tally !== undefined) parentPort?.postMessage(tally);

function runPerpetual(): Tally | undefined {
  if (side === 'heavySide') return runPerpetualHeavySide(parts, milliseconds);
  runPerpetualLightSide(parts);
  return undefined;
}

function runInLockstep(body: (k: number) => number): Tally | undefined {
  if (side === 'heavySide') return heavySideInLockstep(words, body, milliseconds);
  lightSideInLockstep(words, body);
  return undefined;
}
