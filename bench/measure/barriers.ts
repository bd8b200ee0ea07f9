/** Loops of barriers in JavaScript and in C, for whoever times them. */
import { type Barrier, Command, membarrier, type RegisterCommandName, type Registrable } from 'node-membarrier';
import { harness } from '../../harness/index.js';
import { each } from './counted.js';
import { nanosecondsEach } from './samples.js';

const registrables: readonly Registrable[] = [
  'GLOBAL_EXPEDITED',
  'PRIVATE_EXPEDITED',
  'PRIVATE_EXPEDITED_SYNC_CORE',
  'PRIVATE_EXPEDITED_RSEQ',
];

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

type Loop = (barrier: () => void, calls: number) => void;

/** Each barrier in a function of its own, so that V8 compiles each loop for what it calls. */
const loops: Record<Registrable, Loop> = {
  GLOBAL_EXPEDITED: (barrier, calls) => {
    for (let i = 0; i < calls; i++) barrier();
  },
  PRIVATE_EXPEDITED: (barrier, calls) => {
    for (let i = 0; i < calls; i++) barrier();
  },
  PRIVATE_EXPEDITED_SYNC_CORE: (barrier, calls) => {
    for (let i = 0; i < calls; i++) barrier();
  },
  PRIVATE_EXPEDITED_RSEQ: (barrier, calls) => {
    for (let i = 0; i < calls; i++) barrier();
  },
};

/** Nanoseconds for each barrier from JavaScript. Registers it, if it is not. */
export function inJavaScript(kind: Registrable, calls: number): () => number {
  const barrier: Barrier = membarrier.registerSync(kind);
  return () => nanosecondsEach(calls, (calls) => loops[kind](barrier, calls));
}

/** Nanoseconds for each in C, through libc. It must be registered, where it has to be. */
export function inC(kind: Registrable, calls: number): () => number {
  return () => each(harness.libcLoop(Command[kind], 0, 0, calls), calls);
}
