/**
 * A ring of elements, after rcutorture: one of them is current, and each has an age. 0: current; 1: replaced; one more
 * for every grace period that is over since; FREE: to be used again. A reader that found an element in its section sees
 * it at age 0 or 1 until the section ends, or a grace period ended too soon.
 *
 * Ages are accessed plainly, as the data that RCU protects is. One thread writes.
 */

/**
 * Grace periods that an element goes through though one is enough: so that what comes too late is seen, and how late.
 */
export const FREE = 10;

/** What `ageOf` returns for an element that has been replaced. */
export const REUSED = FREE + 1;

/** An element has a cache line to itself. Its word: a number that no other use of it has, << 4, and its age. */
const LINE = 32;
const ELEMENTS = 128;
const CURRENT = 0;
const AGE = 0xf;

export const RING_BYTES = (1 + ELEMENTS) * LINE * Int32Array.BYTES_PER_ELEMENT;

function elements(): number[] {
  return Array.from({ length: ELEMENTS }, (_, i) => (1 + i) * LINE);
}

/** To be called once, before there is a writer or a reader. */
export function initializeRing(words: Int32Array): void {
  const [first, ...others] = elements() as [number, ...number[]];
  for (const element of others) words[element] = FREE;
  words[CURRENT] = first;
}

export function currentOf(words: Int32Array): number {
  return words[CURRENT] as number;
}

/** The age of an element; `found` is what its word was when it was found. */
export function ageOf(words: Int32Array, element: number, found: number): number {
  const word = words[element] as number;
  return word >> 4 === found >> 4 ? word & AGE : REUSED;
}

export class RingWriter {
  readonly #words: Int32Array;
  readonly #free: number[];

  /** A grace period has to be over since the writer before has ended, wherever it was. */
  constructor(words: Int32Array) {
    this.#words = words;
    this.#free = elements().filter((element) => element !== words[CURRENT]);
  }

  /** Publishes another element, and answers the one that it replaces, at age 1; nothing, where none is free. */
  replace(): number | undefined {
    const words = this.#words;
    const next = this.#free.shift();
    if (next === undefined) return undefined;
    words[next] = ((words[next] as number) | AGE) + 1;
    const old = currentOf(words);
    // Before it is replaced, so that the grace period can follow at once.
    words[old] = (words[old] as number) + 1;
    Atomics.store(words, CURRENT, next);
    return old;
  }

  /** After another grace period. Whether it is to have more of them. */
  grow(element: number): boolean {
    const word = (this.#words[element] as number) + 1;
    this.#words[element] = word;
    if ((word & AGE) !== FREE) return true;
    this.#free.push(element);
    return false;
  }
}
