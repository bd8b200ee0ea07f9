/** Loops of calls of membarrier(2), from JavaScript and in C. */
import { Command, membarrier, type RegisterCommandName, type Registrable } from 'node-membarrier';
import { harness } from '../../harness/index.js';
import { timed } from './samples.js';

const registrables = [
  'GLOBAL_EXPEDITED',
  'PRIVATE_EXPEDITED',
  'PRIVATE_EXPEDITED_SYNC_CORE',
  'PRIVATE_EXPEDITED_RSEQ',
] as const satisfies readonly Registrable[];

export function registerCommandOf(kind: Registrable): RegisterCommandName {
  return `REGISTER_${kind}`;
}

/** What this kernel can register. */
export const available: readonly Registrable[] = registrables.filter((kind) => membarrier.isSupported(kind));

/** Throws where there is nothing to measure. */
export function checkAvailable(): void {
  if (available.length > 0) return;
  throw new Error('nothing can be registered: this kernel has no membarrier(2) for it, or something denies it');
}

/** Nanoseconds for each barrier from JavaScript. Registers it, if it is not. */
export function inJavaScript(kind: Registrable, calls: number): () => number {
  return timed(calls, 'barrier()', { barrier: membarrier.registerSync(kind) });
}

export function byRaw(command: number, calls: number): () => number {
  return timed(calls, 'membarrier.raw(command)', { membarrier, command });
}

/** Nanoseconds for each call in C, through libc, whatever it returns. */
export function inC(command: number, calls: number): () => number {
  return () => harness.libcLoop(command, 0, 0, calls).nanoseconds / calls;
}

/** The same for a barrier, which must succeed. */
export function barrierInC(kind: Registrable, calls: number): () => number {
  return () => {
    const { nanoseconds, answer } = harness.libcLoop(Command[kind], 0, 0, calls);
    if (answer < 0) throw new Error(`a C loop of ${kind} ended with ${answer}`);
    return nanoseconds / calls;
  };
}
