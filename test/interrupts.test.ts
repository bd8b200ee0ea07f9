/** Whom a barrier reaches, told by the interrupts that the kernel counts. Each figure is a count, not a time. */
import { type Barrier, membarrier } from 'node-membarrier';
import t from 'tap';
import { harness } from '../bench/support/harness.js';
import { functionCallInterrupts, interruptsDuring } from '../bench/support/interrupts.js';
import { type SiblingState, startSibling } from '../bench/support/sibling.js';
import { unless } from './support/kernel.js';

const [here, there] = harness.affinity() as [number, number?];
const skip =
  there === undefined
    ? 'this process may use one CPU only'
    : functionCallInterrupts() === undefined && 'this kernel does not show these interrupts';
/**
 * The share of short bursts in which every call interrupted the CPU of a sibling in this state. Short, since on a busy
 * machine the sibling runs for moments only: one burst that reaches it shows that it can be reached.
 */
async function reached(state: SiblingState, issue: () => void): Promise<number> {
  harness.pin(here);
  const sibling = await startSibling(state, there);
  const calls = 50;
  const burst = () => {
    for (let i = 0; i < calls; i++) issue();
  };
  const bursts = Array.from({ length: 500 }, () => interruptsDuring(there as number, burst) ?? 0);
  await sibling.stop();
  return bursts.filter((interrupts) => interrupts >= 0.9 * calls).length / bursts.length;
}

t.test('a sibling that runs', { skip }, async (t) => {
  const barrier: Barrier<'PRIVATE_EXPEDITED'> = membarrier.registerSync('PRIVATE_EXPEDITED');
  t.ok((await reached('busy', barrier)) > 0, 'is interrupted by each barrier');
  t.ok((await reached('busy', membarrier.query)) < 0.1, 'and not by QUERY');
  t.ok((await reached('parked', barrier)) < 0.1, 'and not while it is parked');
});

t.test('FLAG_CPU reaches that CPU, and no other', { skip: skip || unless('PRIVATE_EXPEDITED_RSEQ') }, async (t) => {
  const barrier = membarrier.registerSync('PRIVATE_EXPEDITED_RSEQ');
  t.ok((await reached('busy', () => barrier({ cpu: there }))) > 0, 'the CPU of the sibling');
  t.ok((await reached('busy', () => barrier({ cpu: here }))) < 0.1, 'our own');
  t.ok((await reached('busy', () => barrier())) > 0, 'all of them');
});

t.test('GLOBAL_EXPEDITED reaches this process once it has registered', { skip }, async (t) => {
  t.ok((await reached('busy', membarrier.globalExpedited)) < 0.1, 'not before');
  const barrier = membarrier.registerSync('GLOBAL_EXPEDITED');
  t.ok((await reached('busy', barrier)) > 0, 'and then');
});
