import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';

const fence = await AsymmetricFence.create();
const words = new Int32Array(new SharedArrayBuffer(64));

const lock = new BiasedLock(fence, words, 0);
const count = lock.withLock(() => {
  words[8] = (words[8] ?? 0) + 1;
  return words[8];
});
console.log(count);
