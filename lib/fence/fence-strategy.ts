/**
 * The two fences of this thread. All threads of a process use the same strategy, which the first one decides for good.
 *
 * - membarrier: the light fence stops the compiler alone, and the heavy one is PRIVATE_EXPEDITED.
 * - symmetric: both are full fences. It is for a kernel or a sandbox that denies membarrier(2), and for other
 *   platforms, where no thread can load the addon.
 *
 * On Linux a thread may be unable to load the addon while others can: --no-addons, or a binary that only another copy
 * has. It gets no pair. Its full fence would be no heavy fence for a thread whose light fence stops the compiler alone.
 */

import { addonIsPossible, type Binding, loaded } from '../addon/binding.js';
import type { Barrier } from '../core/barrier.js';
import { MembarrierError } from '../core/errors.js';
import { registerSync } from '../core/registration.js';
import { requireBinding } from '../core/syscall.js';
import { FenceError } from './errors.js';
import { instructionsOfThisThread } from './instructions.js';

/** How the fences of a process work: by membarrier(2), or as two full fences. */
export type Strategy = 'membarrier' | 'symmetric';

export interface FencePair {
  readonly light: () => void;
  readonly heavy: () => void;
  readonly strategy: Strategy;
}

/** What the registration of PRIVATE_EXPEDITED in this thread came to. */
export type Registration = Barrier<'PRIVATE_EXPEDITED'> | MembarrierError;

/** The numbers by which native/fence_strategy.h knows them. */
const undecided = 0;
const membarrierStrategy = 1;
const symmetricStrategy = 2;

/**
 * Tries the barrier, because a sandbox may accept its registration and refuse the barrier. Only the first thread of the
 * process does that.
 */
export function tryBarrier(registration: Registration): Registration {
  if (typeof registration !== 'function' || loaded.binding?.decideFenceStrategy(undecided) !== undecided)
    return registration;
  try {
    registration();
    return registration;
  } catch (error) {
    return membarrierErrorOf(error);
  }
}

/** Decides for the process, unless that is done already, and makes this thread's pair. */
export function decidePair(registration: Registration): FencePair {
  if (!addonIsPossible) return symmetricPair();
  const decision = decide(requireBinding('PRIVATE_EXPEDITED'), registration);
  return decision === membarrierStrategy ? membarrierPair(registration) : symmetricPair();
}

/** Rethrows other errors, which do not come from the kernel. */
export function membarrierErrorOf(error: unknown): MembarrierError {
  if (error instanceof MembarrierError) return error;
  throw error;
}

function decide(binding: Binding, registration: Registration): number {
  return binding.decideFenceStrategy(typeof registration === 'function' ? membarrierStrategy : symmetricStrategy);
}

/** If another thread's registration succeeded and this thread's did not, the record has it: no system call. */
function membarrierPair(registration: Registration): FencePair {
  const heavy = typeof registration === 'function' ? registration : registerSync('PRIVATE_EXPEDITED');
  return { light: instructionsOfThisThread().compilerFence, heavy, strategy: 'membarrier' };
}

/** Two full fences. Only for shared words that all threads guard so. */
export function symmetricPair(): FencePair {
  const fence = requireFullFence();
  return { light: fence, heavy: fence, strategy: 'symmetric' };
}

function requireFullFence(): () => void {
  const { fullFence } = instructionsOfThisThread();
  if (fullFence !== undefined) return fullFence;
  const message =
    'Cannot create the fence: WebAssembly is disabled (--jitless), and the addon exists for Linux only. Start ' +
    'Node.js without --jitless';
  throw new FenceError('ERR_FENCE_UNAVAILABLE', message);
}
