/**
 * The program whose code is printed: accesses around a fence, hot enough to be optimised. The words are known by their
 * places, x at byte 0x4444 and y at 0x8888 of whatever holds them, since that is in the code.
 */
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';
import { instructionsOfThisThread } from '../../../lib/fence/instructions.js';
import { bytes } from './inline.wasm.js';

const X = 0x4444 / 4;
const Y = 0x8888 / 4;

const fence = AsymmetricFence.createSync();
const { light } = fence;
/** What a light fence must not be: V8 inlines it, and then nothing is left of it. */
const nothing = () => {};

function throughObject(words: Int32Array): boolean {
  words[X] = 1;
  fence.light();
  return words[Y] === 0;
}

function destructured(words: Int32Array): boolean {
  words[X] = 1;
  light();
  return words[Y] === 0;
}

function withNothing(words: Int32Array): boolean {
  words[X] = 1;
  nothing();
  return words[Y] === 0;
}

function inLoop(words: Int32Array, n: number): number {
  let zeros = 0;
  for (let i = 0; i < n; i++) {
    words[X] = i;
    light();
    if (words[Y] === 0) zeros++;
  }
  return zeros;
}

function loadedTwice(words: Int32Array): boolean {
  const before = words[Y];
  light();
  return words[Y] === before;
}

const words = new Int32Array(new SharedArrayBuffer(0x10000));
/** So large that its address takes 64 bits, wherever malloc() finds room for less. */
const lock = new BiasedLock(fence, new Int32Array(new SharedArrayBuffer(2 ** 20)));
for (let i = 0; i < 30_000; i++) {
  throughObject(words);
  destructured(words);
  withNothing(words);
  inLoop(words, 5);
  loadedTwice(words);
  lock.lock();
  lock.unlock();
}

const { compilerFence, fullFence } = instructionsOfThisThread();
compilerFence();
fullFence?.();
const inline = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Record<string, (n: number) => number>;
for (const call of Object.values(inline)) call(1);
