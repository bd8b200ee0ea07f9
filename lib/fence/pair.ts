/**
 * The two fences of this thread, and the decision that makes those of all threads fit: light and heavy change together,
 * once per process.
 *
 * | this thread | light | heavy |
 * |---|---|---|
 * | the process uses membarrier(2) | for the compiler alone | PRIVATE_EXPEDITED |
 * | the process does not: no membarrier(2), or a sandbox denies it | full | full |
 * | no thread of the process can load the addon: another platform | full | full |
 * | this thread cannot load the addon, and others may (--no-addons; no binary, which another copy may have) | full | throws |
 *
 * The last row is sound beside each of the others: a full fence is a light one too. A full fence is no heavy one where
 * another thread's light one is for the compiler alone, hence it throws.
 */
import type { Barrier } from '../barrier.js';
import { requireBinding } from '../call.js';
import type { MembarrierError } from '../errors.js';
import { membarrier } from '../membarrier.js';
import { addonIsPossible, type Binding, loaded } from '../native/binding.js';
import { FenceError } from './errors.js';
import { instructionsOfThisThread } from './instructions.js';

export type Strategy = 'membarrier' | 'symmetric';

export interface Pair {
  readonly light: () => void;
  readonly heavy: () => void;
  readonly strategy: Strategy;
}

/** What the registration of PRIVATE_EXPEDITED in this thread came to. */
export type Registration = Barrier<'PRIVATE_EXPEDITED'> | MembarrierError;

/** The numbers by which native/fence_strategy.h knows them. */
const membarrierStrategy = 1;
const symmetricStrategy = 2;

/** Decides for the process, unless that is done already, and makes this thread's pair. */
export function decidePair(registration: Registration): Pair {
  const { binding } = loaded;
  if (binding === undefined) return pairWithoutAddon();
  return decide(binding, registration) === membarrierStrategy ? membarrierPair() : symmetricPair();
}

function decide(binding: Binding, registration: Registration): number {
  return binding.decideFenceStrategy(typeof registration === 'function' ? membarrierStrategy : symmetricStrategy);
}

/** The process has registered, though perhaps in another thread: so this makes no system call. */
function membarrierPair(): Pair {
  const heavy = membarrier.registerSync('PRIVATE_EXPEDITED');
  return { light: instructionsOfThisThread().compilerFence, heavy, strategy: 'membarrier' };
}

function symmetricPair(): Pair {
  const fence = requireFullFence();
  return { light: fence, heavy: fence, strategy: 'symmetric' };
}

function pairWithoutAddon(): Pair {
  if (!addonIsPossible) return symmetricPair();
  const heavy = () => void requireBinding('PRIVATE_EXPEDITED');
  return { light: requireFullFence(), heavy, strategy: 'symmetric' };
}

function requireFullFence(): () => void {
  const { fullFence } = instructionsOfThisThread();
  if (fullFence !== undefined) return fullFence;
  const message =
    'there is no full fence in this thread: it has neither WebAssembly (--jitless removes it) nor the addon. Start ' +
    'Node.js with one of them';
  throw new FenceError('ERR_FENCE_UNAVAILABLE', message);
}
