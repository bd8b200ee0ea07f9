/** What a call of the facade came to, in a form that passes between processes and threads. */
import { membarrier } from 'node-membarrier';
import { AsymmetricFence, type FenceOptions } from 'node-membarrier/fence';
import { loaded } from '../../../lib/addon/binding.js';

/**
 * A method of the facade and its arguments. `['barrier', command]` calls the Barrier that registerSync answers;
 * `['fence.create', options]` answers the strategy of the fence that `['fence.light']` and `['fence.heavy']` then use,
 * and `['fence.decision']` what the process has decided.
 */
export type Step = readonly [method: string, ...args: unknown[]];

export type Outcome =
  | { readonly value: unknown; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: ErrorOutcome };

/** An error's own enumerable properties, and its name and message. */
export interface ErrorOutcome {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly errno?: number;
  readonly syscall?: string;
  readonly command?: string;
}

export async function perform([method, ...args]: Step): Promise<Outcome> {
  try {
    return { value: plain(await call(method, args)) };
  } catch (error) {
    return { error: plain(error) as ErrorOutcome };
  }
}

function call(method: string, args: unknown[]): unknown {
  if (method === 'barrier') return (membarrier.registerSync(args[0] as 'PRIVATE_EXPEDITED') as () => void)();
  if (method.startsWith('fence.')) return callFence(method.slice('fence.'.length), args[0] as FenceOptions);
  return (membarrier[method as keyof typeof membarrier] as (...args: unknown[]) => unknown)(...args);
}

/** As native/fence_strategy.h numbers them. */
const decisions = ['undecided', 'membarrier', 'symmetric'];

let fence: AsymmetricFence | undefined;

async function callFence(method: string, options?: FenceOptions): Promise<unknown> {
  if (method === 'light' || method === 'heavy') return fence?.[method]();
  if (method === 'decision') return decisions[loaded.binding?.decideFenceStrategy(0) ?? 0];
  fence = method === 'create' ? await AsymmetricFence.create(options) : AsymmetricFence.createSync(options);
  return fence.strategy;
}

function plain(value: unknown): unknown {
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return Object.assign({ name: value.name, message: value.message }, value);
  if (typeof value === 'function') return { barrier: (value as { command?: string }).command };
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}
