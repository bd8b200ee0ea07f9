import { Command, membarrier } from 'node-membarrier';

process.send?.({
  isRegistered: membarrier.isRegistered('PRIVATE_EXPEDITED'),
  answer: membarrier.raw(Command.PRIVATE_EXPEDITED),
});
