/**
 * The litmus tests: for each what two threads do, under which fences, and which outcome may not be.
 *
 * An arm is one pair of fences. A *claim* must show no forbidden outcome, and a *reference*, made of Atomics alone,
 * neither. A *control* leaves out what the claim needs, and must show some: where it shows none, the test cannot tell a
 * fence from its absence, and is inconclusive.
 */
import { perpetualOutcomes } from './perpetual.js';
import { coldStoreBuffering, exclusion, messagePassing, storeBuffering } from './shapes.js';
import type { FenceName, Shape } from './sides.js';

export interface Arm {
  readonly role: 'control' | 'claim' | 'reference';
  readonly lightSide: FenceName;
  readonly heavySide: FenceName;
}

export interface LitmusTest {
  readonly name: string;
  /** What happens, in one line for each side. */
  readonly lightSide: string;
  readonly heavySide: string;
  readonly forbiddenOutcome: string;
  /** The two threads meet before each iteration, and do this; or they run on and on (perpetual.ts). */
  readonly shape: Shape | 'perpetual';
  readonly arms: readonly Arm[];
  /**
   * The names of the outcomes; in lockstep, the index is what the light side saw, plus four times what the heavy side
   * saw.
   */
  readonly outcomeOf: (index: number) => string;
  readonly isForbidden: (index: number) => boolean;
  /** Outcomes without which the claim has not been put to the test. */
  readonly mustOccur: readonly string[];
  /** Architectures whose processors never reorder these accesses: there, only the compiler could. */
  readonly orderedOn: readonly NodeJS.Architecture[];
}

const claim: Arm = { role: 'claim', lightSide: 'light', heavySide: 'heavy' };
const lightOnly: Arm = { role: 'control', lightSide: 'light', heavySide: 'light' };
const queryOnly: Arm = { role: 'control', lightSide: 'light', heavySide: 'query' };
const atomics: Arm = { role: 'reference', lightSide: 'seq-cst', heavySide: 'seq-cst' };

const storeBuffer = {
  lightSide: 'x = k; fence; see y',
  heavySide: 'y = k; fence; see x',
  forbiddenOutcome: 'neither side sees the other',
  outcomeOf: (index: number) => ({ 0: 'neither', 1: 'light side', 4: 'heavy side', 5: 'both' })[index] as string,
  isForbidden: (index: number) => index === 0,
  mustOccur: [],
  orderedOn: [],
};

/** One comes second, and must find what the first one has left when it was done: bit 0 of exactly one side. */
function insideAtOnce(index: number): boolean {
  return index !== 1 && index !== 4;
}

export const litmusTests: readonly LitmusTest[] = [
  { name: 'store-buffering', ...storeBuffer, shape: storeBuffering, arms: [lightOnly, claim, atomics] },
  {
    name: 'cold-store-buffering',
    ...storeBuffer,
    lightSide: 'store to 50 cold cache lines; x = k; fence; see y',
    heavySide: 'wait, a little longer each time; y = k; fence; see x',
    shape: coldStoreBuffering,
    arms: [queryOnly, claim],
  },
  {
    name: 'message-passing',
    lightSide: 'see flag; fence; see data',
    heavySide: 'data = k; fence; flag = k',
    forbiddenOutcome: 'the flag is seen, and the data is not',
    shape: messagePassing,
    arms: [lightOnly, claim, atomics],
    outcomeOf: (index) => ['nothing', 'flag alone', 'data alone', 'both'][index] as string,
    isForbidden: (index) => index === 1,
    mustOccur: [],
    orderedOn: ['x64', 'ia32', 's390x'],
  },
  {
    name: 'context-switches',
    ...storeBuffer,
    lightSide: 'x = i; fence; see y; sometimes sleep, and be switched out and in',
    heavySide: 'y = j; fence; see x',
    shape: 'perpetual',
    arms: [lightOnly, claim],
    outcomeOf: (index) => perpetualOutcomes[index] as string,
    isForbidden: (index) => perpetualOutcomes[index] === 'neither',
    mustOccur: ['waking up', 'going to sleep'],
  },
  {
    name: 'biased-lock',
    lightSide: 'store to 50 cold cache lines; enter by the bias of a fresh lock; leave',
    heavySide: 'wait, a little longer each time; revoke the bias; enter; leave',
    forbiddenOutcome: 'both are inside',
    shape: exclusion,
    arms: [lightOnly, claim],
    outcomeOf: (index) => (insideAtOnce(index) ? 'at once' : index === 1 ? 'heavy side first' : 'light side first'),
    isForbidden: insideAtOnce,
    mustOccur: [],
    orderedOn: [],
  },
];

export function testNamed(name: string): LitmusTest {
  const test = litmusTests.find((test) => test.name === name);
  if (test === undefined) throw new Error(`there is no litmus test ${name}`);
  return test;
}
