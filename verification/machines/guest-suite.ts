/**
 * In the guest: runs compiled test files, each in a process of its own as tap would. A file has passed if its process
 * ends with 0, and its plan is as long as what it reports, which is all ok. What is skipped is said with its reason.
 */
import { basename } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { root } from '../../harness/index.js';
import { runCommand } from '../../test/support/process/fresh.js';
import type { SuitePlan } from './plan.js';

/** In seconds, of a test file. The emulator is 15 to 25 times slower than a real machine, and tap would wait for 30. */
const TIMEOUT = 1800;

const total = { files: 0, failed: 0, tests: 0, skipped: 0 };

async function runFile(file: string, options: readonly string[]): Promise<void> {
  const start = performance.now();
  const path = fileURLToPath(new URL(file, root));
  const { status, signal, stdout, stderr } = await runCommand('timeout', [`${TIMEOUT}`, execPath, ...options, path]);
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);

  const [, planned] = /^1\.\.(\d+)/m.exec(stdout) ?? [];
  const good = stdout.match(/^ok \d+/gm)?.length ?? 0;
  const passed = status === 0 && Number(planned) === good && !/^not ok/m.test(stdout);
  const skips = [...stdout.matchAll(/^ *ok \d+ - (.*?) # SKIP (.*?)\r?$/gm)];
  const comments = [...stdout.matchAll(/^ *# (inconclusive: .*)$/gm)];

  total.files += 1;
  total.tests += good - skips.length;
  total.skipped += skips.length;
  console.log(
    `${passed ? 'ok    ' : 'FAILED'} ${seconds} s  ${basename(file, '.test.js')}, ${good} of ${planned} tests`,
  );
  for (const [, name, reason] of skips) console.log(`                 skipped: ${name}: ${reason}`);
  for (const [, comment] of comments) console.log(`                 ${comment}`);
  if (passed) return;
  total.failed += 1;
  process.exitCode = 1;
  console.log(`status ${signal ?? status}\n${stdout}${stderr}`);
}

async function runAll(files: readonly string[], jobs: number, options: readonly string[]): Promise<void> {
  const left = [...files];
  const job = async () => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) await runFile(file, options);
  };
  await Promise.all(Array.from({ length: jobs }, job));
}

export async function runSuite({ together, alone, nodeOptions }: SuitePlan): Promise<void> {
  Object.assign(env, { TAP_TIMEOUT: `${TIMEOUT}` });
  await runAll(together, 2, nodeOptions);
  await runAll(alone, 1, nodeOptions);
  const { files, failed, tests, skipped } = total;
  console.log(`suite: ${files} files, ${failed} failed; ${tests} tests passed, ${skipped} skipped`);
}
