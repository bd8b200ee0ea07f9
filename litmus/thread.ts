/** One thread of a pair: runs one side of one arm. The rare side, who knows both sides' outcomes in the end, posts them. */
import { parentPort, workerData } from 'node:worker_threads';
import { Command } from '../lib/core/commands.js';
import { membarrier } from '../lib/core/membarrier.js';
import { AsymmetricFence } from '../lib/fence/asymmetric-fence.js';
import { instructionsOfThisThread } from '../lib/fence/instructions.js';
import { tokenOfThisThread } from '../lib/fence/token.js';
import { pinThread } from '../lib/threads/pinning.js';
import { MEETING_WORDS, meetAsOften, meetAsRare } from './meeting.js';
import { runPerpetualOften, runPerpetualRare } from './perpetual.js';
import type { FenceName, Side } from './sides.js';
import { type Arm, testNamed } from './tests.js';

export interface ThreadData {
  readonly test: string;
  readonly side: 'often' | 'rare';
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
  shape === 'perpetual' ? runPerpetual() : meet(shape[side]({ ...parts, words: words.subarray(MEETING_WORDS) }));
if (tally !== undefined) parentPort?.postMessage(tally);

function runPerpetual(): Tally | undefined {
  if (side === 'rare') return runPerpetualRare(parts, milliseconds);
  runPerpetualOften(parts);
  return undefined;
}

function meet(body: (k: number) => number): Tally | undefined {
  if (side === 'rare') return meetAsRare(words, body, milliseconds);
  meetAsOften(words, body);
  return undefined;
}
