/**
 * A lock whose bias the main thread has, in a process that loses PRIVATE_EXPEDITED to a sandbox. Prints what a worker
 * gets that would lock, then what the main thread gets, then the worker again.
 */
import { constants } from 'node:os';
import { Command } from 'node-membarrier';
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';
import { probes } from '../probes.js';
import { startLockActor } from './lock-actor.js';

const words = new Int32Array(new SharedArrayBuffer(4 * BiasedLock.WORDS));
const lock = new BiasedLock(AsymmetricFence.createSync(), words);
lock.withLock(() => {});
const worker = startLockActor(words);
await worker.do('ownerDied');

probes.deny(Command.PRIVATE_EXPEDITED, constants.errno.EPERM);
const stolen = await worker.do('lock');
const mine = lock.tryLock();
lock.unlock();
const stolenAgain = await worker.do('tryLock');
await worker.end();
console.log(JSON.stringify([stolen, mine, stolenAgain]));
