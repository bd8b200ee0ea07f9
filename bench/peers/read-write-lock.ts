/**
 * A reader-writer lock as it is usually written on Atomics: a word that counts readers, with a bit for a writer, who
 * goes first. A waiting thread sleeps. For one writer.
 */
export interface ReadWriteLock {
  readonly readLock: () => void;
  readonly readUnlock: () => void;
  readonly writeLock: () => void;
  readonly writeUnlock: () => void;
}

const WRITER = 2 ** 30;

/** Over one word, 0 at first. */
export function readWriteLock(word: Int32Array): ReadWriteLock {
  function readLock(): void {
    if (Atomics.add(word, 0, 1) >= WRITER) readLockSlowly();
  }

  function readLockSlowly(): void {
    do {
      readUnlock();
      const seen = Atomics.load(word, 0);
      if (seen >= WRITER) Atomics.wait(word, 0, seen);
    } while (Atomics.add(word, 0, 1) >= WRITER);
  }

  function readUnlock(): void {
    if (Atomics.sub(word, 0, 1) > WRITER) Atomics.notify(word, 0);
  }

  function writeLock(): void {
    Atomics.add(word, 0, WRITER);
    for (let seen = Atomics.load(word, 0); seen !== WRITER; seen = Atomics.load(word, 0)) Atomics.wait(word, 0, seen);
  }

  function writeUnlock(): void {
    Atomics.sub(word, 0, WRITER);
    Atomics.notify(word, 0);
  }

  return { readLock, readUnlock, writeLock, writeUnlock };
}
