/** The fresh process: denies, starts siblings, takes the steps, prints their outcomes. */
import { argv } from 'node:process';
import { type Answer, harness, type Words } from '../../../harness/index.js';
import { startSibling } from '../../../harness/sibling.js';
import { probes } from '../probes.js';
import type { Surroundings } from './fresh.js';
import type { Outcome, Step } from './outcome.js';

const { steps, deny = [], siblings = [] } = JSON.parse(argv[2] as string) as Surroundings & { steps: Step[] };

for (const [command, errno] of deny) install(command, errno);
// Only now, so that importing the package meets the filters as well.
const { perform } = await import('./outcome.js');
const started = await Promise.all(siblings.map((state) => startSibling(state)));
const outcomes: Outcome[] = [];
for (const step of steps) outcomes.push(await take(step));
await Promise.all(started.map((sibling) => sibling.stop()));
console.log(JSON.stringify(outcomes));

function answersOf(answers: Answer[] | number): number[] | number {
  return typeof answers === 'number' ? answers : answers.map(({ answer }) => answer);
}

/** Besides the facade's steps, `['deny', command, errno]`, `['callInFork', calls]` and `['callInTasks', calls]`. */
async function take(step: Step): Promise<Outcome> {
  const [method, ...args] = step;
  if (method === 'deny') return { value: install(args[0] as number, args[1] as number) };
  if (method === 'callInFork' || method === 'callInTasks')
    return {
      value: answersOf(
        method === 'callInFork' ? harness.callInFork(args[0] as Words[]) : probes.callInTasks(args[0] as Words[]),
      ),
    };
  return perform(step);
}

function install(command: number, errno: number): void {
  if (probes.deny(command, errno) !== 0) throw new Error('the seccomp filter was not installed');
}
