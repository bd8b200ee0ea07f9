/** The examples run and print what the README says; `npm start` shows what it promises, as it happens. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { harness, root } from '../bench/support/harness.js';
import { functionCallInterrupts } from '../bench/support/interrupts.js';
import { run } from './support/fresh.js';

const read = (path: string) => readFile(new URL(path, root), 'utf8');
const compiled = (path: string) => fileURLToPath(new URL(`dist/examples/${path}`, root));

t.test("the README's example is examples/quick-start.ts, and its output what that prints", async (t) => {
  const blocks = [...(await read('README.md')).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, , text]) => text);
  t.ok(blocks.includes(await read('examples/quick-start.ts')), 'the example');
  const { status, stdout, stderr } = await run([compiled('quick-start.js')]);
  t.match({ status, stderr }, { status: 0, stderr: '' });
  t.ok(blocks.includes(stdout), 'its output');
});

t.test('npm start', async (t) => {
  const { status, stdout, stderr } = await run([compiled('tour/main.js')]);
  t.match({ status, stderr }, { status: 0, stderr: '' });
  t.match(stdout, /^available: /m, "doctor's verdict");
  t.match(stdout, /^main +privateExpedited\(\) +NotRegisteredError: ERR_MEMBARRIER_NOT_REGISTERED$/m, 'refused');
  t.match(
    stdout,
    /^worker 1 +privateExpedited\(\) +NotRegisteredError: ERR_MEMBARRIER_NOT_REGISTERED$/m,
    'in a worker too',
  );
  t.match(stdout, /^main +register\('PRIVATE_EXPEDITED'\) +done in [\d.]+ [mu]s, on the thread pool$/m);
  t.match(stdout, /^main +barrier\(\) +done in/m);
  for (const worker of ['worker 1, started before', 'worker 2, started after']) {
    t.match(stdout, new RegExp(`^${worker} +isRegistered\\('PRIVATE_EXPEDITED'\\) +true$`, 'm'), worker);
    t.match(stdout, new RegExp(`^${worker} +privateExpedited\\(\\) +done in`, 'm'));
  }
  const counted = (state: string) => {
    const line = new RegExp(`^${state} sibling .* interrupts: ([\\d.]+) each$`, 'm');
    return Number(line.exec(stdout)?.[1]);
  };
  if (harness.affinity().length === 1 || functionCallInterrupts() === undefined) {
    t.match(stdout, /^interrupts: not shown/m);
  } else {
    t.ok(counted('parked') < 0.1, 'a parked sibling is not interrupted');
    // On a busy machine the sibling may never be seen running, and then it says so.
    const seen = !/^busy sibling .* never seen running$/m.test(stdout);
    t.ok(!seen || Math.abs(counted('busy') - 1) < 0.1, 'a running one is, by each barrier');
  }
});
