import { MembarrierError, membarrier } from 'node-membarrier';

try {
  membarrier.privateExpedited(); // refused without a system call: not registered yet
} catch (error) {
  if (error instanceof MembarrierError) console.log(error.code);
}

const barrier = await membarrier.register('PRIVATE_EXPEDITED'); // once per process, for all its threads
barrier(); // every running thread of the process has now passed a full memory barrier
console.log(barrier.command, membarrier.isRegistered('PRIVATE_EXPEDITED'));

const attempt = membarrier.attempt('PRIVATE_EXPEDITED_SYNC_CORE'); // the typed error as a value
console.log(attempt.ok ? 'done' : attempt.error.code);
