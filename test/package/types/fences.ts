/** Fences and locks: what they take, and what their errors are. */
import { AsymmetricFence, BiasedLock, FenceError, type FenceErrorCode, type Strategy } from 'node-membarrier/fence';

new AsymmetricFence(); // TS2673
AsymmetricFence.create({ fallback: 'none' }); // TS2322
AsymmetricFence.create('error'); // TS2559
AsymmetricFence.createSync({ fallbak: 'error' }); // TS2561

const fence = AsymmetricFence.createSync({ fallback: 'error' });
fence.light(0); // TS2554
fence.heavy = () => {}; // TS2540
fence.strategy satisfies Strategy;
if (fence.strategy === 'asymmetric') throw new Error(); // TS2367
const { light, heavy } = fence;
light() satisfies undefined; // TS1360
heavy() satisfies undefined; // TS1360
const promised: AsymmetricFence = AsymmetricFence.create(); // TS2739

const words = new Int32Array(new SharedArrayBuffer(16));
new BiasedLock(words); // TS2554
new BiasedLock({ light, heavy, strategy: 'membarrier' }, words); // TS2741
new BiasedLock(fence, new Uint32Array(words.buffer)); // TS2345
new BiasedLock(fence, words, 0n); // TS2345
const lock = new BiasedLock(fence, words, 0);
lock.tryLock() satisfies boolean;
lock.ownerDied = true; // TS2540
lock.withLock((ownerDied) => (ownerDied ? 1 : 2)) satisfies number;
lock.withLock(async () => 1); // TS2345
lock.withLock(function* () {}); // TS2345
lock.withLock(() => [1, 2]) satisfies number[];
lock.withLock(); // TS2554
BiasedLock.WORDS satisfies number;

try {
  lock.unlock();
} catch (error) {
  if (error instanceof FenceError) {
    error.code satisfies FenceErrorCode;
    if (error.code === 'ERR_FENCE_LOCK_NOT_HELP') throw error; // TS2367
    error.code = 'ERR_FENCE_SYMMETRIC'; // TS2540
  }
}
console.log(promised);
