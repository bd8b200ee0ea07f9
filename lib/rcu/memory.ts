/** The memory of a domain, as it is made, passed on to other threads, and recognized by them. */

import { describe } from '../base/describe.js';
import { random, wasm } from '../base/host.js';
import type { SharedMemory } from '../base/shared-memory.js';
import { requireStack } from '../base/stack.js';
import type { Strategy } from '../fence/fence-strategy.js';
import { TAGS } from './cookies.js';
import { RcuError, refusalError } from './errors.js';
import type { Flavor } from './flavor.js';
import { instantiate, type Steps } from './steps.js';
import { requireWasm } from './wasm.js';

declare const opaque: unique symbol;

/**
 * What another thread of this process needs to attach. Pass it through workerData or postMessage. It has nothing to
 * read.
 */
export interface RcuHandle {
  /** @internal Keeps other objects from passing for a handle. */
  readonly [opaque]: true;
}

/** A domain's memory, and this thread's steps on it. */
export interface DomainInstance {
  readonly memory: SharedMemory;
  readonly steps: Steps;
}

/** What all threads of a domain must have in common, and how to get this thread's token. */
export interface Participant {
  readonly strategy: Strategy;
  /** Of the native state by which threads and their deaths are known. */
  readonly identity: number;
  /** Called once the domain is found to be one that this thread can take part in. */
  readonly self: () => number;
}

export interface DomainConfig {
  readonly flavor: Flavor;
  readonly debug: boolean;
  readonly maxReaders: number;
  readonly bytes: number;
  readonly stallTimeout: number;
}

const MAGIC = 0x75_63_75_2e;

/** Of the words and what they mean: the threads of a process may have loaded different versions of the package. */
const VERSION = 4;

/** By the numbers that stand for them in the memory. */
const strategies: readonly Strategy[] = ['membarrier', 'symmetric'];
const flavors: readonly Flavor[] = ['memb', 'qsbr'];

/**
 * The shortest, in milliseconds: a reader that dies in a section wakes nobody, so a sleeper gets up now and then to
 * look.
 */
const SLEEP_TIMEOUT = 1;

const PAGE = 65_536;

/**
 * The words that create() writes, and that never change. Addresses, in bytes. domain.wat has those after them.
 */
export enum Header {
  MAGIC = 0,
  VERSION = 4,
  STRATEGY = 8,
  IDENTITY = 12,
  MAX_READERS = 16,
  STALL_TIMEOUT = 20,
  SLEEP_TIMEOUT = 24,
  TAG = 28,
  FLAVOR = 32,
  DEBUG = 36,
}

/** As domain.wat has them. Needed before there is an instance. */
const SLOTS = 512;
const SLOT_SIZE = 128;

/** The address of the room for users' own data. */
export function dataAddress(maxReaders: number): number {
  return SLOTS + maxReaders * SLOT_SIZE;
}

export function createMemory(
  { maxReaders, bytes, stallTimeout, flavor, debug }: DomainConfig,
  participant: Participant,
): DomainInstance {
  const { strategy, identity } = participant;
  const self = participant.self();
  const pages = Math.ceil((dataAddress(maxReaders) + bytes) / PAGE);
  const opened = allocate(pages, strategy, self);
  const { initialize, store } = opened.steps;
  initialize();
  store(Header.MAX_READERS, maxReaders);
  store(Header.STALL_TIMEOUT, stallTimeout);
  store(Header.SLEEP_TIMEOUT, SLEEP_TIMEOUT);
  store(Header.TAG, nextTag());
  store(Header.FLAVOR, flavors.indexOf(flavor));
  store(Header.DEBUG, debug ? 1 : 0);
  store(Header.STRATEGY, strategies.indexOf(strategy));
  store(Header.IDENTITY, identity);
  store(Header.VERSION, VERSION);
  store(Header.MAGIC, MAGIC);
  return opened;
}

let lastTag = Math.trunc(random() * TAGS);

/**
 * Distinguishes the cookies of this domain. 256 domains that one thread creates in a row differ. Domains of other
 * threads, realms and copies of the package have the same tag by chance, one in 256.
 */
function nextTag(): number {
  lastTag = (lastTag + 1) % TAGS;
  return lastTag;
}

function allocate(pages: number, strategy: Strategy, self: number): DomainInstance {
  const { Memory } = requireWasm();
  requireStack(); // so that a stack that ends here is not taken for a lack of memory
  try {
    const memory = new Memory({ initial: pages, maximum: pages, shared: true });
    return { memory, steps: instantiate(memory, strategy, self, refuse) };
  } catch (cause) {
    const message =
      `Cannot create the domain: V8 cannot allocate a shared memory of ${pages * PAGE} bytes. It reserves about 10 ` +
      'GB of addresses for each domain. Raise the limit of addresses (ulimit -v), start Node.js with ' +
      '--disable-wasm-trap-handler, or create fewer domains';
    throw new RcuError('ERR_RCU_UNAVAILABLE', message, { cause });
  }
}

/** The memory of a handle, if it is a domain's, and of this version. Has no effect. */
export function memoryOf(handle: unknown): SharedMemory {
  requireWasm();
  const memory = typeof handle === 'object' && handle !== null ? (handle as { memory?: unknown }).memory : undefined;
  if (!isMemory(memory)) throw foreign(handle);
  if (memory.buffer.byteLength === 0 || wordAt(memory, Header.MAGIC) !== MAGIC) throw foreign(handle);
  const version = wordAt(memory, Header.VERSION);
  if (version !== VERSION) {
    const message =
      `Another version of node-membarrier created the domain (its memory has layout ${version}, this version expects ` +
      `${VERSION}). Load the same version in all threads`;
    throw new RcuError('ERR_RCU_VERSION', message);
  }
  return memory;
}

/** Of a memory that memoryOf() has answered. */
export function flavorOf(memory: SharedMemory): Flavor {
  return flavors[wordAt(memory, Header.FLAVOR)] as Flavor;
}

export function openMemory(memory: SharedMemory, { strategy, identity, self }: Participant): DomainInstance {
  if (wordAt(memory, Header.IDENTITY) !== identity) throw otherCopy();
  const theirs = strategies[wordAt(memory, Header.STRATEGY)];
  if (theirs !== strategy) {
    const message =
      `The domain uses the ${theirs} strategy, and the fences of this thread use ${strategy}. Create a new domain, ` +
      'in this process';
    throw new RcuError('ERR_RCU_STRATEGY', message);
  }
  try {
    return { memory, steps: instantiate(memory, strategy, self(), refuse) };
  } catch (cause) {
    if (!(cause instanceof requireWasm().LinkError)) throw cause;
    throw foreign({ memory }, { cause });
  }
}

/** By what it is and not by its class, which another realm (node:vm, a test runner's) has for itself. */
function isMemory(value: unknown): value is SharedMemory {
  try {
    return bufferProperty?.get?.call(value) !== undefined;
  } catch {
    return false;
  }
}

const bufferProperty = wasm && Object.getOwnPropertyDescriptor(wasm.Memory.prototype, 'buffer');

/** Of the header, before there is an instance to load it. */
function wordAt({ buffer }: SharedMemory, address: Header): number {
  return new DataView(buffer).getInt32(address, true);
}

export function handleOf({ memory }: DomainInstance): RcuHandle {
  return Object.freeze({ memory }) as unknown as RcuHandle;
}

function foreign(handle: unknown, options?: ErrorOptions): RcuError {
  const message =
    'This is not the handle of an RcuDomain. Pass `domain.handle` to a worker of the same process, through ' +
    `workerData or postMessage, and what arrives there to attach(). cluster and child_process cannot share memory. ` +
    `Received ${describe(handle)}`;
  return new RcuError('ERR_RCU_FOREIGN_HANDLE', message, options);
}

function otherCopy(): RcuError {
  const message =
    'Another copy of node-membarrier in this process created the domain. A copy cannot notice when a thread of the ' +
    'other one ends. Load the package from one path in all threads (`npm ls node-membarrier` shows the copies)';
  return new RcuError('ERR_RCU_COPY', message);
}

function refuse(refusal: number): never {
  throw refusalError(refusal);
}
