/**
 * A process that loses its heavy fence to a sandbox while a domain is in use. Prints what each way to wait comes to.
 * The fence does not come back; so that callbacks run once more, the test takes the steps of a grace period without it.
 */
import { argv } from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { RcuDomain } from 'node-membarrier/rcu';
import { probes } from '../probes.js';
import { startRcuActor } from './actor.js';
import { stepsOf } from './words.js';

const [command, errno] = JSON.parse(argv[2] as string) as [number, number];
const domain = RcuDomain.createSync();
domain.synchronizeSync();
const actor = startRcuActor(domain.handle);
await actor.do('attach');
const uncaught: string[] = [];
process.on('uncaughtException', (error) => uncaught.push(told(error)));
probes.deny(command, errno);

const synchronizeSync = thrown(() => domain.synchronizeSync());
const poll = thrown(() => domain.poll(domain.startPoll()));
const synchronize = await Promise.all([domain.synchronize(), domain.synchronize()].map(rejected));
const worker = await actor.do('synchronizeSync');

const called: string[] = [];
domain.callRcu(() => called.push('first'));
await setImmediate(); // uncaught
domain.callRcu(() => called.push('second'));
await setImmediate(); // again
domain.callRcu(() => called.push('third'));
const barrier = await rejected(domain.barrier()); // not uncaught
await setImmediate();
const calledWhileDenied = [...called];

domain.callRcu(() => called.push('last'));
overWithoutFences();
await setImmediate();
await actor.end();
console.log(
  JSON.stringify({
    synchronizeSync,
    poll,
    synchronize,
    worker,
    barrier,
    uncaught,
    calledWhileDenied,
    calledThen: called,
  }),
);

function overWithoutFences(): void {
  const { cookie, beginOrJoin, fenced, finish, isOver } = stepsOf(domain);
  const next = cookie();
  while (isOver(next) === 0) [fenced, finish][beginOrJoin(next)]?.(next);
}

function told(error: unknown): string {
  return (error as Error).name;
}

function thrown(act: () => unknown): string {
  try {
    return String(act());
  } catch (error) {
    return told(error);
  }
}

function rejected(promise: Promise<unknown>): Promise<string> {
  return promise.then(String, told);
}
