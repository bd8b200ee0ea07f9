/**
 * What `membarrier.node` offers, and how it is found and loaded: once per thread, at import, so that no call has to
 * wait for it (0.5 ms). Loading makes no membarrier(2) call and never throws. Where it fails, each file that is there
 * is kept with its cause and its remedy; or where there is none, each place that was tried.
 */
import { builtin } from '../base/host.js';
import { whyNotLoadable } from './elf.js';
import { places } from './places.js';
import { isAbsent, remedyFor } from './remedies.js';

const { fileURLToPath } = builtin('node:url');

/** Of what the binary offers. native/addon.cc has the same number. */
const INTERFACE = 2;

/** In the place of an errno: something answers membarrier(2) in the kernel's place, and contradicts itself. */
export const CONTRADICTION = -10_000;

/** Numbers are the kernel's value, or -errno. */
export interface Binding {
  /** The words of `syscall`: command, flags, cpuId, and the answer. */
  readonly mailbox: Int32Array;
  /** membarrier(2) on the words in the mailbox. */
  readonly syscall: () => void;
  /** GLOBAL on the thread pool. Never rejects. */
  readonly globalAsync: () => Promise<number>;
  /** The process-wide record: the sum of the barriers registered through this package. No system call. */
  readonly record: () => number;
  /**
   * Registers a barrier, given by its number, and records it; or CONTRADICTION. In the record already: 0, without a
   * system call, except for GLOBAL_EXPEDITED.
   */
  readonly register: (barrier: number) => number;
  /** As `register`, on the thread pool. Never rejects. */
  readonly registerAsync: (barrier: number) => Promise<number>;
  /** As `register`, whatever the record says: for a registration that the kernel has lost. */
  readonly registerAgain: (barrier: number) => number;
  /** The barriers: undefined for success, or -errno. */
  readonly globalExpedited: () => number | undefined;
  readonly privateExpedited: () => number | undefined;
  readonly privateExpeditedSyncCore: () => number | undefined;
  readonly privateExpeditedRseq: () => number | undefined;
  /**
   * Decides for the whole process whether the fences rest on membarrier(2) (1) or are symmetric (2), unless that is
   * decided already, and answers the decision. With 0 it only asks.
   */
  readonly decideFenceStrategy: (proposal: number) => number;
  /** A full memory fence, for both the compiler and the processor. */
  readonly fullFence: () => void;
  /**
   * This thread's token, which no other thread gets; from the first call on, its end is noticed. -ENOMEM or -EAGAIN.
   */
  readonly enrolThread: () => number;
  /** Whether the thread of an enrolled token has ended, and with it all that it will ever write. */
  readonly isThreadDead: (token: number) => boolean;
  /** How deep this thread's stack is, in words: a number to compare with others of this thread, for equality only. */
  readonly stackDepth: () => number;
  /**
   * Of the native state that the threads of this process share: another copy of the addon has another. An int32, not 0.
   */
  readonly identity: number;
  /** The number of a CPU that this thread may run on, counted from 0; -1 where there are not so many. */
  readonly allowedCpu: (nth: number) => number;
  /** Pins this thread to a CPU. 0 or -errno. */
  readonly pin: (cpu: number) => number;
}

/** Why an attempt to load the addon failed, and what to do about it. */
export interface LoadFailure {
  readonly cause: Error;
  readonly remedy: string;
}

export type Loaded =
  | { readonly binding: Binding; readonly failures?: undefined }
  | { readonly binding?: undefined; readonly failures: readonly LoadFailure[] };

/**
 * Whether any thread of this process can have the addon. A thread that fails to load it says nothing of the others:
 * they may have other flags, another copy of the package, or more luck.
 */
export const addonIsPossible: boolean = process.platform === 'linux';

/** The binding of this thread, or why there is none. */
export const loaded: Loaded = addonIsPossible ? loadFirst() : { failures: [wrongPlatform()] };

function loadFirst(): Loaded {
  const tried = new Set<string>();
  const failures: LoadFailure[] = [];
  for (const place of places) {
    try {
      const url = place();
      if (url === undefined) continue;
      // By its text: in a test runner's browser environment it is of a class that Node.js does not know.
      const path = fileURLToPath(url.href);
      if (tried.has(path)) continue;
      tried.add(path);
      return { binding: open(path) };
    } catch (error) {
      const cause = error as NodeJS.ErrnoException;
      failures.push({ cause, remedy: remedyFor(cause) });
    }
  }
  const present = failures.filter(({ cause }) => !isAbsent(cause));
  if (present.length > 0) return { failures: present };
  return { failures: failures.length > 0 ? failures : [nowhere()] };
}

/** Not by require(), whose search takes five times as long as the loading. */
function open(path: string): Binding {
  const why = whyNotLoadable(path);
  if (why !== undefined) throw new Error(`${path}: ${why}`);
  const module = { exports: {} as Omit<Binding, 'mailbox'> & { mailbox: ArrayBuffer; interface: number } };
  process.dlopen(module, path);
  if (module.exports.interface !== INTERFACE) throw new Error(`${path} is of another version of node-membarrier`);
  return { ...module.exports, mailbox: new Int32Array(module.exports.mailbox) };
}

function nowhere(): LoadFailure {
  const cause = new Error("Cannot tell where this program's files are, to look for the binary beside them");
  return { cause, remedy: remedyFor(cause) };
}

function wrongPlatform(): LoadFailure {
  return {
    cause: new Error(`membarrier(2) is a system call of Linux, and this platform is ${process.platform}`),
    remedy: 'Run on Linux, or do without where membarrier.isSupported() returns false',
  };
}
