/** The locks that are compared, over the first words of a view. */
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';

export interface Lock {
  readonly lock: () => void;
  readonly unlock: () => void;
}

export const LOCK_WORDS: number = BiasedLock.WORDS;

const FREE = 0;
const HELD = 1;
const CONTENDED = 2;

/** As little as a lock can be. A thread that waits takes a CPU. */
function spinLock(words: Int32Array): Lock {
  return {
    lock() {
      while (Atomics.compareExchange(words, 0, FREE, HELD) !== FREE);
    },
    unlock: () => Atomics.store(words, 0, FREE),
  };
}

/** As much as a lock needs whose waiters sleep (Drepper, "Futexes Are Tricky", mutex 2). */
function futexLock(words: Int32Array): Lock {
  function lockSlowly(): void {
    while (Atomics.exchange(words, 0, CONTENDED) !== FREE) Atomics.wait(words, 0, CONTENDED);
  }
  return {
    lock() {
      if (Atomics.compareExchange(words, 0, FREE, HELD) !== FREE) lockSlowly();
    },
    unlock() {
      if (Atomics.exchange(words, 0, FREE) === CONTENDED) Atomics.notify(words, 0, 1);
    },
  };
}

const makers = {
  biased: (words: Int32Array) => new BiasedLock(AsymmetricFence.createSync(), words),
  spin: spinLock,
  futex: futexLock,
};

export type LockName = keyof typeof makers;

export const lockNames = Object.keys(makers) as LockName[];

export function lockOver(name: LockName, words: Int32Array): Lock {
  return makers[name](words);
}
