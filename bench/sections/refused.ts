/**
 * What an unregistered call costs that the facade refuses, beside the construction of a plain Error with the same
 * message at the same depth of the stack. (That it makes no system call is a test: test/core/sandbox.test.ts.)
 */
import { MembarrierError, membarrier } from 'node-membarrier';
import { reportRows } from '../measure/report.js';
import { interleave, nanosecondsEach, paired } from '../measure/samples.js';

const { message } = refused();

checkDepth();
const calls = 1000;
const { samples } = interleave(
  {
    plain: () => nanosecondsEach(calls, constructPlain),
    refused: () => nanosecondsEach(calls, callRefused),
    attempted: () => nanosecondsEach(calls, attemptRefused),
  },
  300,
);
const ratio = (a: number, b: number) => a / b;
reportRows('a refused call', [
  { label: 'new Error(message)', unit: 'ns', samples: samples.plain },
  { label: 'privateExpedited(), refused and caught', unit: 'ns', samples: samples.refused },
  {
    label: '  to new Error()',
    unit: 'times',
    samples: paired(samples.refused, samples.plain, ratio),
    limit: ['median', 1.5],
  },
  { label: "attempt('PRIVATE_EXPEDITED'), refused", unit: 'ns', samples: samples.attempted },
]);

function refused(): MembarrierError {
  try {
    membarrier.privateExpedited();
  } catch (error) {
    if (error instanceof MembarrierError) return error;
  }
  throw new Error('the facade did not refuse an unregistered call');
}

/** The same depth: a caller, its method and what that calls. */
function plain(): Error {
  return method();
}

function method(): Error {
  return construct();
}

function construct(): Error {
  return new Error(message);
}

function checkDepth(): void {
  const depth = (error: Error) => error.stack?.split('\n    at ').length;
  if (depth(refused()) !== depth(plain())) throw new Error('the two errors are not made at the same depth');
}

function constructPlain(calls: number): void {
  for (let i = 0; i < calls; i++) plain();
}

function callRefused(calls: number): void {
  for (let i = 0; i < calls; i++) refused();
}

function attemptRefused(calls: number): void {
  for (let i = 0; i < calls; i++) membarrier.attempt('PRIVATE_EXPEDITED');
}
