/** The read sides that are compared, each over the room for data of one domain. */
import type { RcuDomain, RcuReader } from 'node-membarrier/rcu';
import { readWriteLock } from '../peers/read-write-lock.js';
import { bytes } from './rcu-readers.wasm.js';
import { loopOf } from './samples.js';

export interface ReadSide {
  /** Enters and leaves, so many times, and does nothing inside. */
  readonly run: (times: number) => void;
  /** Reads the record as many times, and returns how often it was torn or freed. */
  readonly look: (times: number) => number;
}

/**
 * The data of a domain, as words of its memory: where the record of the moment is, the lock's word, and two records of
 * two words each, on lines of their own.
 */
export const DATA_BYTES: number = 4 * 128;
/** In words, from the first of the data. */
export const Data = { CURRENT: 0, LOCK: 32, RECORDS: [64, 96] } as const;
export const FREED = -1;

export function dataOf({ imports }: RcuDomain): Int32Array {
  return new Int32Array(imports.memory.buffer, imports.data, DATA_BYTES / 4);
}

/** Functions of rcu-readers.wat: slots, addresses, tickets and counts are all numbers. */
type Loops = Record<
  'nothing' | 'loadWord' | 'storeWord' | 'called' | 'inline' | 'lookInline',
  (a: number, b: number, c?: number) => number
>;

/** Compiled once for all sides of a thread. */
const module = new WebAssembly.Module(bytes);

/** The version of a domain's words that rcu-readers.wat is written for. A test compares their addresses. */
const LAYOUT = 4;

function loopsOver(domain: RcuDomain): Loops {
  const { imports } = domain;
  const data = dataOf(domain);
  const layout = wordAt(imports.memory.buffer, 4);
  if (layout !== LAYOUT) throw new Error(`the domain has layout ${layout}, and these loops are for ${LAYOUT}`);
  return new WebAssembly.Instance(module, { rcu: { ...imports, isBad: () => Number(isBad(data)) } })
    .exports as unknown as Loops;
}

function wordAt(memory: ArrayBufferLike, address: number): number {
  return new DataView(memory).getInt32(address, true);
}

function lookOver(domain: RcuDomain, lock: () => void, unlock: () => void): ReadSide['look'] {
  const data = dataOf(domain);
  return (times) => {
    let bad = 0;
    for (let i = 0; i < times; i++) {
      lock();
      if (isBad(data)) bad++;
      unlock();
    }
    return bad;
  };
}

/** A loop of this statement, and the two calls that it makes. */
function side(domain: RcuDomain, statement: string, names: object, lock: () => void, unlock: () => void): ReadSide {
  return { run: loopOf(statement, names), look: lookOver(domain, lock, unlock) };
}

/** Calls that protect nothing. */
function unprotected(statement: string): (domain: RcuDomain, reader: RcuReader) => ReadSide {
  const none = () => {};
  return (domain, { slot }) => {
    const address = slot + 64; // part of its name, which nobody asks for
    return side(domain, statement, { ...loopsOver(domain), slot, address }, none, none);
  };
}

/**
 * Looks at the record for about 20 microseconds, so that a grace period that does not wait for the section is over
 * before.
 */
function isBad(data: Int32Array): boolean {
  const record = Data.RECORDS[recordOf(data)] as number;
  for (let i = 0; i < 1000; i++) {
    const first = Atomics.load(data, record);
    if (first === FREED || first !== Atomics.load(data, record + 1)) return true;
  }
  return false;
}

/** 0 or 1. The word is an address, for WebAssembly's sake. */
export function recordOf(data: Int32Array): 0 | 1 {
  return Atomics.load(data, Data.CURRENT) === data.byteOffset + 4 * Data.RECORDS[1] ? 1 : 0;
}

const makers = {
  object(domain: RcuDomain, reader: RcuReader): ReadSide {
    const statement = 'reader.readLock(); reader.readUnlock();';
    return side(domain, statement, { reader }, reader.readLock, reader.readUnlock);
  },

  consts(domain: RcuDomain, { readLock, readUnlock }: RcuReader): ReadSide {
    return side(domain, 'readLock(); readUnlock();', { readLock, readUnlock }, readLock, readUnlock);
  },

  read(domain: RcuDomain, reader: RcuReader): ReadSide {
    const data = dataOf(domain);
    return {
      run: loopOf('reader.read(() => {});', { reader }),
      look(times) {
        let bad = 0;
        for (let i = 0; i < times; i++) if (reader.read(() => isBad(data))) bad++;
        return bad;
      },
    };
  },

  called(domain: RcuDomain, { slot }: RcuReader): ReadSide {
    const { called } = loopsOver(domain);
    const { readLock, readUnlock } = domain.imports;
    const look = lookOver(
      domain,
      () => readLock(slot),
      () => readUnlock(slot),
    );
    return { run: (times) => called(times, slot), look };
  },

  inline(domain: RcuDomain, { slot }: RcuReader): ReadSide {
    const { inline, lookInline } = loopsOver(domain);
    const ticket = wordAt(domain.imports.memory.buffer, slot + 8);
    const accepted = (answer: number) => {
      if (answer < 0) throw new Error('a read side was refused');
      return answer;
    };
    return {
      run: (times) => accepted(inline(times, slot, ticket)),
      look: (times) => accepted(lookInline(times, slot, ticket)),
    };
  },

  lock(domain: RcuDomain): ReadSide {
    const { readLock, readUnlock } = readWriteLock(dataOf(domain).subarray(Data.LOCK, Data.LOCK + 1));
    return side(domain, 'readLock(); readUnlock();', { readLock, readUnlock }, readLock, readUnlock);
  },

  /** A function that V8 inlines from 12.4 on. */
  nothing: unprotected('nothing(slot, i); nothing(slot, i);'),
  /** The least that V8 does not inline. */
  loads: unprotected('loadWord(slot, i); loadWord(slot, i);'),
  /** A store of a word each, as the two ends of a section have to, and a load. */
  stores: unprotected('storeWord(address, 1); storeWord(address, 0);'),
};

export type ReadSideName = keyof typeof makers;

/** `reader` is this thread's. */
export function readSide(name: ReadSideName, domain: RcuDomain, reader: RcuReader): ReadSide {
  return makers[name](domain, reader);
}
