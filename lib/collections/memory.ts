/**
 * The memory of a collection, as it is made, passed on to other threads, and recognized by them. It is an RCU domain's:
 * the table lies in the domain's data area, and its first line says what it is.
 */
import { decode, encodeInto, now, random } from '../base/host.js';
import type { SharedMemory } from '../base/shared-memory.js';
import { tokenOfThisThread } from '../fence/token.js';
import { RcuDomain, RcuError, type RcuFlavor, type RcuHandle, type RcuOptions } from '../rcu/index.js';
import { LEAST_BYTES } from './arguments.js';
import { NAME_BYTES } from './codec.js';
import { CollectionError, type CollectionErrorCode } from './errors.js';
import { type Place, READERS, takePlace } from './place.js';
import { instantiateTable, type Steps } from './steps.js';

/** What a collection is to its users. */
export const Kind = { MAP: 1, CELL: 2 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

const names = { [Kind.MAP]: 'SharedMap', [Kind.CELL]: 'SharedCell' };

/** A domain's memory in this thread, which may have a table in it. */
interface DomainInstance {
  readonly domain: RcuDomain;
  readonly memory: SharedMemory;
  /** The address of the table's header. */
  readonly at: number;
  readonly steps: Steps;
}

/** A collection's memory in this thread. */
export interface TableInstance extends DomainInstance {
  /** By which the threads of a process know the collection. */
  readonly id: string;
  readonly codecName: string;
}

const MAGIC = 0x62_61_74_2e;

/** Of the words and what they mean. */
const VERSION = 1;

/** Within the first line of the header, in bytes. table.wat has the others. */
enum Header {
  MAGIC = 0,
  VERSION = 4,
  KIND = 24,
  /** Of the thread that created it: its token, how many it had created by then, and its clock. */
  CREATOR = 28,
  COUNT = 32,
  TIME = 104,
  NAME_LENGTH = 40,
  NAME = 44,
}

/** By this realm; another one in the thread has another clock reading. */
let created = 0;

/** Behind the last block: the steps read whole 64-bit words. */
const MARGIN = 64;

/** As table.wat has them. Needed before there is an instance. */
const SCRATCHES = 20_480;
const SCRATCH_SIZE = 16_384;

export interface TableConfig {
  readonly kind: Kind;
  readonly flavor: RcuFlavor;
  /** Whether memory that is freed is overwritten. */
  readonly poison: boolean;
  readonly maxBytes: number;
  readonly maxThreads: number;
  readonly codecName: string;
}

/** What the domain of such a table is created with. */
export function domainOptions({ flavor, maxThreads }: TableConfig, maxBytes: number) {
  const maxReaders = maxThreads * READERS[flavor];
  const bytes = SCRATCHES + maxReaders * SCRATCH_SIZE + maxBytes + MARGIN;
  return { flavor, maxReaders, bytes } satisfies RcuOptions;
}

/** The sizes to try, one after the other: the system may refuse to reserve as many addresses. */
export function* sizesToTry(maxBytes: number): Generator<number> {
  for (let bytes = maxBytes; bytes > LEAST_BYTES; bytes = Math.floor(bytes / 2)) yield bytes;
  yield LEAST_BYTES;
}

/** Whether a smaller domain may be possible where `error` was thrown. */
export function isForWantOfMemory(error: unknown): boolean {
  return error instanceof RcuError && error.code === 'ERR_RCU_UNAVAILABLE' && error.cause !== undefined;
}

export function initializeTable(domain: RcuDomain, config: TableConfig, maxBytes: number): TableInstance {
  const instance = openDomain(domain);
  const { steps, at, memory } = instance;
  const { maxReaders } = domainOptions(config, maxBytes);
  const heap = SCRATCHES + maxReaders * SCRATCH_SIZE;
  for (const half of [0, 4]) steps.store(at + steps.SEED.value + half, Math.trunc(random() * 2 ** 32));
  steps.store(at + steps.HEAP.value, at + heap);
  steps.store(at + steps.END.value, at + heap + maxBytes - (maxBytes % 8));
  steps.store(at + steps.POISON.value, config.poison ? 1 : 0);
  steps.store(at + steps.BATCH_BYTES.value, Math.min(2 ** 20, Math.ceil(maxBytes / 32)));
  const view = new DataView(memory.buffer, at);
  view.setInt32(Header.CREATOR, tokenOfThisThread(), true);
  view.setInt32(Header.COUNT, ++created, true);
  view.setFloat64(Header.TIME, now(), true);
  const { written } = encodeInto(config.codecName, new Uint8Array(memory.buffer, at + Header.NAME, NAME_BYTES));
  view.setInt32(Header.NAME_LENGTH, written, true);
  steps.store(at + Header.KIND, config.kind);
  steps.store(at + Header.VERSION, VERSION);
  steps.initialize(at);
  steps.store(at + Header.MAGIC, MAGIC);
  return openTable(instance, config.kind);
}

/** Throws where it is no table of this kind. */
export function openTable(instance: DomainInstance, kind: Kind): TableInstance {
  const { memory, at } = instance;
  if (memory.buffer.byteLength < at + SCRATCHES) throw foreign(kind);
  const view = new DataView(memory.buffer, at);
  if (view.getInt32(Header.MAGIC, true) !== MAGIC) throw foreign(kind);
  if (view.getInt32(Header.VERSION, true) !== VERSION) {
    throw new CollectionError('ERR_COLLECTION_VERSION', otherVersion(names[kind]));
  }
  if (view.getInt32(Header.KIND, true) !== kind) throw foreign(kind);
  const length = view.getInt32(Header.NAME_LENGTH, true);
  return {
    ...instance,
    id: [
      view.getInt32(Header.CREATOR, true),
      view.getInt32(Header.COUNT, true),
      view.getFloat64(Header.TIME, true),
    ].join(),
    codecName: decode(new Uint8Array(memory.buffer).slice(at + Header.NAME, at + Header.NAME + length)),
  };
}

function openDomain(domain: RcuDomain): DomainInstance {
  const { memory } = domain.imports;
  return { domain, memory, at: domain.imports.data, steps: instantiateTable(memory, domain.strategy) };
}

/** The table of a handle. */
export function attachTable(handle: unknown, kind: Kind): TableInstance {
  try {
    return openTable(openDomain(RcuDomain.attach(handle as RcuHandle)), kind);
  } catch (error) {
    throw asCollectionError(error, kind);
  }
}

export function placeIn(domain: RcuDomain, kind: Kind): Place {
  try {
    return takePlace(domain);
  } catch (error) {
    throw asCollectionError(error, kind);
  }
}

const codes: Record<string, readonly [CollectionErrorCode, (kind: string) => string]> = {
  ERR_RCU_FOREIGN_HANDLE: ['ERR_COLLECTION_FOREIGN_HANDLE', foreignMessage],
  ERR_RCU_VERSION: ['ERR_COLLECTION_VERSION', otherVersion],
  ERR_RCU_COPY: [
    'ERR_COLLECTION_VERSION',
    (kind) =>
      `Another copy of node-membarrier in this process created the ${kind}. Load the package from one path in all ` +
      'threads (`npm ls node-membarrier` shows the copies)',
  ],
  ERR_RCU_TOO_MANY_READERS: [
    'ERR_COLLECTION_TOO_MANY_THREADS',
    (kind) =>
      `The ${kind} is in use by as many threads as its option maxThreads allows. Create it with a larger maxThreads, ` +
      'or dispose of it in threads that no longer need it',
  ],
  ERR_RCU_UNAVAILABLE: [
    'ERR_COLLECTION_UNAVAILABLE',
    (kind) =>
      `Cannot create the ${kind}: V8 has no shared WebAssembly memory for it. Start Node.js without --jitless. Where ` +
      'addresses are limited (ulimit -v), raise the limit, since V8 reserves about 10 GB for each collection, or ' +
      'start with --disable-wasm-trap-handler',
  ],
};

/** In the terms of collections, whose users need not know of RCU. */
export function asCollectionError(error: unknown, kind: Kind): unknown {
  const known = error instanceof RcuError ? codes[error.code] : undefined;
  if (known === undefined) return error;
  const [code, message] = known;
  return new CollectionError(code, message(names[kind]), { cause: error });
}

function foreign(kind: Kind): CollectionError {
  return new CollectionError('ERR_COLLECTION_FOREIGN_HANDLE', foreignMessage(names[kind]));
}

function otherVersion(name: string): string {
  return `Another version of node-membarrier created the ${name}. Load the same version in all threads`;
}

function foreignMessage(name: string): string {
  return (
    `This is not the handle of a ${name}. Pass its \`handle\` to a worker of the same process, through workerData or ` +
    'postMessage, and what arrives there to attach(). cluster and child_process cannot share memory'
  );
}
