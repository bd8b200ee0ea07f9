import { parentPort, workerData } from 'node:worker_threads';
import { SharedCell, type SharedCellHandle, SharedMap, type SharedMapHandle } from 'node-membarrier/collections';
import { die } from '../process/ends.js';

const { handle, kind } = workerData as { handle: SharedMapHandle & SharedCellHandle; kind: 'map' | 'cell' };
const map = kind === 'map' ? SharedMap.attach<string, unknown>(handle) : undefined;
const cell = kind === 'cell' ? SharedCell.attach<unknown>(handle) : undefined;

const others: unknown[] = [];

const acts: Record<string, (...args: never[]) => unknown> = {
  ...die,
  naturally: () => parentPort?.close(),
  /** One more map. */
  attachToo: (another: SharedMapHandle) => void others.push(SharedMap.attach(another)),
  value: () => cell?.value,
  /** Stays in read() for so many milliseconds. */
  hold: (milliseconds: number) =>
    cell?.read(() => {
      parentPort?.postMessage('holding');
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
    }),
  publishMany(bytes: number, times: number) {
    for (let i = 0; i < times; i++) cell?.publish(new Uint8Array(bytes));
  },
  /** Stores and deletes until the thread ends. */
  churn(from: number) {
    for (let i = from; ; i++) {
      map?.set(`key ${i % 700}`, 'x'.repeat(i % 3 === 0 ? 20_000 : i % 900));
      if (i % 2 === 0) map?.delete(`key ${(i * 31) % 700}`);
      if (i % 5000 === 0) map?.clear();
    }
  },
  /** Changes the value of a key so often that memory is used again; then sets a word. */
  overwrite(key: string, words: Int32Array, length = 1, times = 600) {
    for (let i = 0; i < times; i++) map?.set(key, new Uint8Array(length).fill(i % 128));
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
  },
  /** Adds to a counter so many times. */
  add(key: string, times: number) {
    for (let i = 0; i < times; i++) map?.update(key, (current) => ((current as number | undefined) ?? 0) + 1);
  },
  /** Answers at the first value that is not the one given. */
  spin(key: string, old: unknown) {
    for (;;) {
      const value = map?.get(key);
      if (value !== old) return value;
    }
  },
};

parentPort?.on('message', ([method, args]: [string, never[]]) => {
  try {
    const object = (map ?? cell) as unknown as Record<string, (...args: never[]) => unknown>;
    const result = acts[method] === undefined ? object[method]?.(...args) : acts[method](...args);
    parentPort?.postMessage(result === object ? 'this' : result);
  } catch (error) {
    if ((error as Error).message === 'on purpose') throw error;
    parentPort?.postMessage((error as { code?: string }).code ?? String(error));
  }
});
parentPort?.postMessage('attached');
