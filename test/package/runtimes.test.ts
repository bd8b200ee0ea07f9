/**
 * Threads of other runtimes: each has an identity of its own, and its end is noticed, though Deno calls them all number
 * 0.
 */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runCommand } from '../support/process/fresh.js';

const program = fileURLToPath(new URL('../support/process/web-worker.js', import.meta.url));

for (const [name, args] of [
  ['deno', ['run', '--allow-all']],
  ['bun', []],
] as const) {
  const found = await runCommand(name, ['--version']).catch(() => undefined);
  t.test(name, { skip: found?.status !== 0 && `${name} is not installed` }, async (t) => {
    const { stdout, stderr } = await runCommand(name, [...args, program]);
    if (stdout === '') throw new Error(stderr);
    const { strategy, ours, theirs, readers } = JSON.parse(stdout);
    t.equal(strategy, 'membarrier');
    t.notSame(theirs.token, ours.token);
    if (name === 'deno') t.equal(theirs.threadId, ours.threadId, 'or this is no longer a test of the token');
    t.equal(theirs.taken, false, "the lock of one thread does not pass for another's");
    t.equal(readers, 0, 'a grace period does not wait for a worker that has ended');
  });
}
