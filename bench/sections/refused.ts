/**
 * What an unregistered call costs that the facade refuses, beside the construction of a plain Error with the same
 * message at the same depth of the stack. (That it makes no system call is a test: test/core/sandbox.test.ts.)
 */
import { MembarrierError, membarrier } from 'node-membarrier';
import { contest } from '../measure/contest.js';
import { timed } from '../measure/samples.js';

const { message } = refused();
/** The same depth: a caller, its method and what that calls. */
const construct = () => new Error(message);
const method = () => construct();
const plain = () => method();
const depthOf = ({ stack }: Error) => stack?.split('\n    at ').length;
if (depthOf(refused()) !== depthOf(plain())) throw new Error('the two errors are not made at the same depth');

const calls = 1000;
contest({
  id: 'refused',
  title: 'a call that the package refuses, caught',
  contenders: {
    error: { label: 'new Error(message)', sample: timed(calls, 'plain()', { plain }) },
    facade: { label: 'privateExpedited()', sample: timed(calls, 'refused()', { refused }), to: ['error'] },
    attempt: {
      label: "attempt('PRIVATE_EXPEDITED')",
      sample: timed(calls, "membarrier.attempt('PRIVATE_EXPEDITED')", { membarrier }),
    },
  },
  rounds: 300,
});

function refused(): MembarrierError {
  try {
    membarrier.privateExpedited();
  } catch (error) {
    if (error instanceof MembarrierError) return error;
  }
  throw new Error('the facade did not refuse an unregistered call');
}
