/**
 * What the two sides of a litmus test do in one iteration: the accesses whose order is in question, and the fence
 * between them. A body answers what it saw as two bits. `k` counts the iterations from 1; each writes k, so nothing is
 * ever reset.
 *
 * The side that runs often is to have the light fence, the side that runs rarely the heavy one. The words of the test
 * lie 128 bytes apart, so that each is a cache line of its own.
 */
import { createLock, LOCK_WORDS } from '../lib/fence/lock-operations.js';
import type { Body, Shape, Side } from './sides.js';

/** Words between two that must not share a cache line. */
const LINE = 32;
const X = 0;
const Y = LINE;

/** The words that a shape needs. */
export const SHAPE_WORDS = 16 * LINE;

/** Each side stores to its own word and loads the other's. Bit 0: the other's store was seen. */
function storeThenLoad(mine: number, theirs: number) {
  return ({ words, fence, fenceName }: Side): Body => {
    if (fenceName === 'seq-cst') {
      return (k) => {
        Atomics.store(words, mine, k);
        return Atomics.load(words, theirs) === k ? 1 : 0;
      };
    }
    return (k) => {
      words[mine] = k;
      fence();
      return words[theirs] === k ? 1 : 0;
    };
  };
}

/**
 * Waits before the body, a little longer each time up to `most` rounds of a few nanoseconds, and then from nothing
 * again.
 */
function swept(most: number, side: (side: Side) => Body) {
  return (parts: Side): Body => {
    const { words } = parts;
    const body = side(parts);
    return (k) => {
      for (let rounds = (k * 7) % most; rounds > 0; rounds--) Atomics.load(words, X);
      return body(k);
    };
  };
}

/**
 * Stores to distant cache lines before the body. The processor keeps its stores in order, so the body's own store
 * becomes visible up to some microseconds late.
 */
function afterColdStores(side: (side: Side) => Body) {
  return (parts: Side): Body => {
    const cold = new Int32Array(COLD_BYTES / Int32Array.BYTES_PER_ELEMENT);
    const body = side(parts);
    let at = 0;
    return (k) => {
      for (let line = 0; line < COLD_LINES; line++) {
        at = (at + COLD_STRIDE) % cold.length;
        cold[at] = k;
      }
      return body(k);
    };
  };
}

/** More than the caches hold. */
const COLD_BYTES = 64 * 2 ** 20;
const COLD_LINES = 50;
/** In words: another page each time, so that not even the address is at hand. */
const COLD_STRIDE = 1024 + LINE;

export const storeBuffering: Shape = {
  lightSide: swept(13, storeThenLoad(X, Y)),
  heavySide: swept(17, storeThenLoad(Y, X)),
};

export const coldStoreBuffering: Shape = {
  lightSide: afterColdStores(storeThenLoad(X, Y)),
  heavySide: swept(400, storeThenLoad(Y, X)),
};

/** The heavy side stores data and then a flag; the light one loads the flag (bit 0) and then the data (bit 1). */
export const messagePassing: Shape = {
  lightSide: ({ words, fence, fenceName }) => {
    if (fenceName === 'seq-cst') {
      return (k) => {
        const flag = Atomics.load(words, Y) === k ? 1 : 0;
        return flag | (Atomics.load(words, X) === k ? 2 : 0);
      };
    }
    return (k) => {
      const flag = words[Y] === k ? 1 : 0;
      fence();
      return flag | (words[X] === k ? 2 : 0);
    };
  },
  heavySide: ({ words, fence, fenceName }) => {
    if (fenceName === 'seq-cst') {
      return (k) => {
        Atomics.store(words, X, k);
        Atomics.store(words, Y, k);
        return 0;
      };
    }
    return (k) => {
      words[X] = k;
      fence();
      words[Y] = k;
      return 0;
    };
  },
};

/**
 * Locks in turn, so that the one of the next iteration can be made ready while the other side still has the last one.
 */
const LOCKS = 8;

function lockOf(k: number): number {
  return LINE * (2 + (k % LOCKS));
}

/** Behind the lock, in its line: what the two sides leave in their sections. */
const OFTEN_WAS_HERE = LOCK_WORDS;
const RARE_WAS_HERE = LOCK_WORDS + 1;
const READY_WORDS = LOCK_WORDS + 2;

/**
 * A section of plain accesses: looks what the other side has left, and leaves first a 1 and then a 2. Who comes second
 * must find a 2. Bit 0: it has found one; bit 1: it has found the other side in the middle.
 */
function section(words: Int32Array, mine: number, theirs: number): number {
  const found = words[theirs];
  words[mine] = 1;
  for (let i = 0; i < 4; i++) Atomics.load(words, mine);
  words[mine] = 2;
  return found === 1 ? 2 : found === 2 ? 1 : 0;
}

/**
 * In each iteration a lock whose bias the light side has: it takes it by that, while the heavy side revokes it. Both
 * make the next one ready before they meet.
 */
export const exclusion: Shape = {
  // To revoke takes its time before the first store: it asks for room on the stack (lib/base/stack.ts).
  lightSide: swept(
    3001,
    afterColdStores(({ words, light, self }) => {
      const makeReady = (k: number) => {
        const at = lockOf(k);
        for (let i = 0; i < READY_WORDS; i++) Atomics.store(words, at + i, 0);
        const lock = createLock(words.subarray(at, at + LOCK_WORDS), { light, heavy: light, self });
        lock.lock();
        lock.unlock();
        return lock;
      };
      let lock = makeReady(1);
      return (k) => {
        lock.lock();
        const at = lockOf(k);
        const seen = section(words, at + OFTEN_WAS_HERE, at + RARE_WAS_HERE);
        lock.unlock();
        lock = makeReady(k + 1);
        return seen;
      };
    }),
  ),
  heavySide: swept(100, ({ words, light, fence, self }) => {
    const makeReady = (k: number) => {
      const at = lockOf(k);
      return createLock(words.subarray(at, at + LOCK_WORDS), { light, heavy: fence, self });
    };
    let lock = makeReady(1);
    return (k) => {
      lock.lock();
      const at = lockOf(k);
      const seen = section(words, at + RARE_WAS_HERE, at + OFTEN_WAS_HERE);
      lock.unlock();
      lock = makeReady(k + 1);
      return seen;
    };
  }),
};
