import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';

const fence = await AsymmetricFence.create(); // in each thread that needs one; nothing is passed between them
const view = new Int32Array(new SharedArrayBuffer(64));

// The side that runs often: for the fence it pays a third of an Atomics.store.
view[0] = 1;
fence.light();
console.log(view[1] === 0 ? 'nobody has stopped us' : 'stopped');

// The side that runs rarely: a system call. Whatever the moment, one of the two sees the other's store.
view[1] = 1;
fence.heavy();
console.log(view[0] === 1 ? 'somebody is busy' : 'nobody is');

// Two light fences to its owner; an ordinary lock once another thread takes it.
const lock = new BiasedLock(fence, view, 4);
console.log(lock.withLock(() => 'in the section'));
