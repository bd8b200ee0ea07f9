/**
 * A worker that takes the steps of a domain over and over, without anything between them, until it is terminated. And
 * what its words may then be, which is more than they may be where others take steps as well.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';
import type { Steps } from '../../../lib/rcu/steps.js';
import { slotsOf, stateOf, stepsOf } from './words.js';

export type Work = 'sections' | 'slots' | 'gracePeriods';

interface Task {
  readonly work: Work;
  readonly handle: RcuHandle;
}

/** Resolves when the worker is at it. */
export async function startTorn(handle: RcuHandle, work: Work): Promise<Worker> {
  const task: Task = { work, handle };
  const worker = new Worker(new URL(import.meta.url), { workerData: task, execArgv: [], env: {} });
  await once(worker, 'message');
  return worker;
}

/** What is done over and over. */
const works: Record<Work, (steps: Steps) => () => void> = {
  sections({ claim, lock, unlock, requestWakeUp, SLOTS }) {
    const slot = SLOTS.value;
    const ticket = claim(slot, 0);
    return () => {
      lock(slot, ticket);
      requestWakeUp(slot);
      lock(slot, ticket);
      unlock(slot, ticket);
      unlock(slot, ticket);
    };
  },
  slots({ claim, release, SLOTS }) {
    const slot = SLOTS.value;
    return () => {
      claim(slot, 0);
      release(slot);
    };
  },
  /** Without the heavy fences, which are long, and scan(), whose loop would be where it dies. */
  gracePeriods({ cookie, beginOrJoin, requestWakeUp, fenced, finish, SLOTS }) {
    return () => {
      const next = cookie();
      beginOrJoin(next);
      requestWakeUp(SLOTS.value);
      fenced(next);
      beginOrJoin(next);
      finish(next);
    };
  },
};

/** What is wrong, after one thread alone has worked and been terminated. */
export function tornWords(domain: RcuDomain, work: Work): string[] {
  const [slot] = slotsOf(domain);
  const { stage, mark } = stateOf(domain);
  if (slot === undefined) return ['there is no slot'];
  const problems: string[] = [];
  if ((slot.owner !== 0) !== (slot.ticket % 2 !== 0)) problems.push('a slot was half taken or half given back');
  if (slot.owner !== 0 && mark === 0) problems.push('an owner that the mark does not cover');
  if (slot.nesting > 2 || (slot.nesting === 0) !== (slot.sequence === 0)) problems.push('the word of a slot');
  if (work === 'sections' && slot.nesting === 0 && slot.waitWord)
    problems.push('a section is over, and nobody was woken');
  if (stage > 2) problems.push('the state');
  return problems;
}

if (!isMainThread && (workerData as Partial<Task> | undefined)?.work !== undefined) {
  const { work, handle } = workerData as Task;
  const domain = RcuDomain.attach(handle);
  const act = works[work](stepsOf(domain));
  const often = () => {
    act();
    act();
    act();
    act();
  };
  parentPort?.postMessage('at work');
  // The loop itself looks for a termination, too: the less of it there is, the more come elsewhere.
  for (;;) {
    often();
    often();
    often();
    often();
  }
}
