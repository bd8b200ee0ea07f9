/** The read sides that are compared, each over the room for data of one domain. */
import type { RcuDomain, RcuReader } from 'node-membarrier/rcu';
import { readWriteLock } from '../peers/read-write-lock.js';
import { bytes } from './rcu-readers.wasm.js';

export interface ReadSide {
  /** Enters and leaves, so many times, and does nothing inside. */
  readonly run: (times: number) => void;
  /** Reads the record as many times, and answers how often it was torn or freed. */
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

interface Loops {
  readonly nothing: (slot: number, ticket: number) => number;
  readonly loadWord: (slot: number, ticket: number) => number;
  readonly called: (times: number, slot: number) => void;
  readonly storeWord: (address: number, word: number) => number;
  readonly inline: (times: number, slot: number, ticket: number) => number;
  readonly lookCalled: (times: number, slot: number) => number;
  readonly lookInline: (times: number, slot: number, ticket: number) => number;
}

/** Compiled once for all sides of a thread. */
const module = new WebAssembly.Module(bytes);

function refuse(): never {
  throw new Error('a read side was refused');
}

/**
 * The version of a domain's words that the loops in rcu-readers.wat are written for. A test compares their addresses.
 */
const LAYOUT = 3;

function loopsOver({ imports }: RcuDomain): Loops {
  const layout = wordAt(imports.memory.buffer, 4);
  if (layout !== LAYOUT) throw new Error(`the domain has layout ${layout}, and these loops are for ${LAYOUT}`);
  return new WebAssembly.Instance(module, { rcu: { ...imports } }).exports as unknown as Loops;
}

function wordAt(memory: ArrayBufferLike, address: number): number {
  return new DataView(memory).getInt32(address, true);
}

function lookOver(data: Int32Array, lock: () => void, unlock: () => void) {
  return (times: number): number => {
    let bad = 0;
    for (let i = 0; i < times; i++) {
      lock();
      if (isBad(data)) bad++;
      unlock();
    }
    return bad;
  };
}

function lookUnprotected(data: Int32Array) {
  return lookOver(
    data,
    () => {},
    () => {},
  );
}

/**
 * Stares at the record for about 20 microseconds, so that a grace period that does not wait for the section is over
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

/** Each loop in a function of its own, so that V8 compiles it for what it calls. */
const makers = {
  object(domain: RcuDomain, reader: RcuReader): ReadSide {
    return {
      run(times) {
        for (let i = 0; i < times; i++) {
          reader.readLock();
          reader.readUnlock();
        }
      },
      look: lookOver(dataOf(domain), reader.readLock, reader.readUnlock),
    };
  },

  consts(domain: RcuDomain, reader: RcuReader): ReadSide {
    return {
      run(times) {
        const { readLock, readUnlock } = reader;
        for (let i = 0; i < times; i++) {
          readLock();
          readUnlock();
        }
      },
      look: lookOver(dataOf(domain), reader.readLock, reader.readUnlock),
    };
  },

  read(domain: RcuDomain, reader: RcuReader): ReadSide {
    const data = dataOf(domain);
    return {
      run(times) {
        for (let i = 0; i < times; i++) reader.read(() => {});
      },
      look(times) {
        let bad = 0;
        for (let i = 0; i < times; i++) if (reader.read(() => isBad(data))) bad++;
        return bad;
      },
    };
  },

  called(domain: RcuDomain, { slot }: RcuReader): ReadSide {
    const { called, lookCalled } = loopsOver(domain);
    return { run: (times) => called(times, slot), look: (times) => lookCalled(times, slot) };
  },

  inline(domain: RcuDomain, { slot }: RcuReader): ReadSide {
    const { inline, lookInline } = loopsOver(domain);
    const ticket = wordAt(domain.imports.memory.buffer, slot + 8);
    return {
      run(times) {
        if (inline(times, slot, ticket) !== 0) refuse();
      },
      look(times) {
        const bad = lookInline(times, slot, ticket);
        return bad < 0 ? refuse() : bad;
      },
    };
  },

  lock(domain: RcuDomain): ReadSide {
    const data = dataOf(domain);
    const { readLock, readUnlock } = readWriteLock(data.subarray(Data.LOCK, Data.LOCK + 1));
    return {
      run(times) {
        for (let i = 0; i < times; i++) {
          readLock();
          readUnlock();
        }
      },
      look: lookOver(data, readLock, readUnlock),
    };
  },

  /** Two calls of a function that V8 inlines from 12.4 on. Protects nothing, as the next one. */
  nothing(domain: RcuDomain, { slot }: RcuReader): ReadSide {
    const { nothing } = loopsOver(domain);
    return {
      run(times) {
        for (let i = 0; i < times; i++) {
          nothing(slot, i);
          nothing(slot, i);
        }
      },
      look: lookUnprotected(dataOf(domain)),
    };
  },

  /** Two calls of the least that V8 does not inline. */
  loads(domain: RcuDomain, { slot }: RcuReader): ReadSide {
    const { loadWord } = loopsOver(domain);
    return {
      run(times) {
        for (let i = 0; i < times; i++) {
          loadWord(slot, i);
          loadWord(slot, i);
        }
      },
      look: lookUnprotected(dataOf(domain)),
    };
  },

  /** Two calls that store a word each, as the two ends of a section have to, and load one. */
  stores(domain: RcuDomain, { slot }: RcuReader): ReadSide {
    const { storeWord } = loopsOver(domain);
    const address = slot + 64; // part of its name, which nobody asks for
    return {
      run(times) {
        for (let i = 0; i < times; i++) {
          storeWord(address, 1);
          storeWord(address, 0);
        }
      },
      look: lookUnprotected(dataOf(domain)),
    };
  },
};

export type ReadSideName = keyof typeof makers;

/** `reader` is this thread's. */
export function readSide(name: ReadSideName, domain: RcuDomain, reader: RcuReader): ReadSide {
  return makers[name](domain, reader);
}
