/**
 * A worker that attaches to a domain, tries something with it, and says what came of it: a value, or the error's code.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { RcuDomain, type RcuHandle } from 'node-membarrier/rcu';

export type Errand = 'attach' | 'use' | 'lockForeign' | 'unlockForeign' | 'poll';

interface Task {
  readonly errand: Errand;
  readonly handle: RcuHandle;
  readonly argument: number;
}

const errands: Record<Errand, (domain: RcuDomain, argument: number) => unknown> = {
  attach: ({ strategy }) => strategy,
  use(domain) {
    const reader = domain.registerReader();
    return reader.read(() => 'read');
  },
  lockForeign: ({ imports }, slot) => imports.readLock(slot),
  unlockForeign: ({ imports }, slot) => imports.readUnlock(slot),
  poll: (domain, cookie) => domain.poll(cookie as ReturnType<RcuDomain['startPoll']>),
};

export async function visit(handle: RcuHandle, errand: Errand, argument = 0, flags: string[] = []): Promise<unknown> {
  const task: Task = { errand, handle, argument };
  const worker = new Worker(new URL(import.meta.url), { workerData: task, execArgv: flags, env: {} });
  const [[answer]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  return answer;
}

if (!isMainThread && (workerData as Task | undefined)?.errand !== undefined) {
  const { errand, handle, argument } = workerData as Task;
  try {
    parentPort?.postMessage(errands[errand](RcuDomain.attach(handle), argument));
  } catch (error) {
    parentPort?.postMessage((error as { code?: string }).code ?? String(error));
  }
}
