/** The examples run and print what the pages say; `npm start` shows what it promises, as it happens. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { harness, root } from '../../harness/index.js';
import { functionCallInterrupts } from '../../harness/interrupts.js';
import { runBare } from '../support/process/fresh.js';

const read = (path: string) => readFile(new URL(path, root), 'utf8');
const compiled = (path: string) => fileURLToPath(new URL(`dist/examples/${path}`, root));

for (const [page, ...names] of [
  ['README.md', 'quick-map/updater', 'quick-map/reader'],
  ['README.md', 'quick-cell'],
  ['README.md', 'quick-lock'],
  ['README.md', 'quick-rcu/updater', 'quick-rcu/reader'],
  ['docs/guide/rcu.md', 'quick-rcu/updater', 'quick-rcu/reader'],
  ['docs/guide/membarrier.md', 'quick-start'],
] as const) {
  t.test(`${page} shows examples/${names[0]}.ts, and what it prints`, async (t) => {
    const blocks = [...(await read(page)).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, , text]) => text);
    for (const name of names) t.ok(blocks.includes(await read(`examples/${name}.ts`)), name);
    const { status, stdout, stderr } = await runBare([compiled(`${names[0]}.js`)]);
    t.match({ status, stderr }, { status: 0, stderr: '' });
    t.ok(blocks.includes(stdout), 'its output');
  });
}

t.test('README.md has at most 700 words outside code blocks', async (t) => {
  const prose = (await read('README.md')).replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/<!--.*?-->/g, '');
  t.ok(prose.split(/\s+/).length <= 700, `${prose.split(/\s+/).length} words`);
});

t.test('npm start', async (t) => {
  const { status, stdout, stderr } = await runBare([compiled('tour/main.js')]);
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
  t.equal(stdout.match(/^reader [12] +[\d.]+ million sections a second +0 went wrong$/gm)?.length, 2);
  t.match(stdout, /^main +[1-9]\d* records replaced +[1-9]\d* barriers$/m);
  t.match(stdout, /^ +and [\d.]+ [mu]s more until its death is noticed$/m);
  t.match(stdout, /^writer +terminated in the middle of its writes +\d+ changes so far$/m);
  t.match(stdout, /^main +the next set\(\) needs no repair +1000 keys, key 0 is -1$/m);
  t.match(stdout, /^reader +[\d.]+ million get\(\) a second +0 went back in time$/m);
  t.match(stdout, new RegExp(`^litmus tests, strategy membarrier, ${harness.affinity().length} CPUs`, 'm'));
  t.match(stdout, /^(passed|inconclusive): no forbidden outcome was seen/m);
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

t.test('examples/feature-flags: each worker is told', async (t) => {
  const { status, stdout, stderr } = await runBare([compiled('feature-flags/main.js')]);
  t.match({ status, stderr }, { status: 0, stderr: '' });
  const lines = stdout.trim().split('\n');
  t.strictSame(lines, [
    'worker a: checkout old, limit 10',
    'worker b: checkout old, limit 10',
    'worker a: checkout new, limit 20',
    'worker b: checkout new, limit 20',
  ]);
});

t.test('examples/piscina: the pool sees a change', async (t) => {
  const { status, stdout, stderr } = await runBare([compiled('piscina/main.js')]);
  t.match({ status, stderr }, { status: 0, stderr: '' });
  t.equal(stdout, 'before: 8056 cents\nafter:  13056 cents\n');
});

t.test('examples/routing-server: four tables under load', { timeout: 120_000 }, async (t) => {
  const { status, stdout, stderr } = await runBare([compiled('routing-server/main.js'), '--seconds', '1']);
  t.match({ status, stderr }, { status: 0, stderr: '' });
  for (const table of ['SharedMap', 'private Map, changes by message', 'private Map, a copy each second', 'lmdb']) {
    const figures = new RegExp(`^${table} +(\\d+) +[\\d.]+ +[\\d.]+ +[\\d.]+ +\\d+ +([\\d.]+)$`, 'm').exec(stdout);
    t.ok(Number(figures?.[1]) > 0, `${table}: requests were answered`);
    t.ok(Number(figures?.[2]) > 0, `${table}: changes were seen`);
  }
});

t.test('docs/guide/fences.md shows what compiles', async (t) => {
  const shown = [...(await read('docs/guide/fences.md')).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, text]) => text as string,
  );
  const example = await read('examples/fences.ts');
  for (const text of shown) t.ok(example.includes(text), text);
  const { status, stdout, stderr } = await runBare([compiled('fences.js')]);
  t.match({ status, stderr }, { status: 0, stderr: '' });
  t.match(stdout, /^[1-9]\d* uses, 1000 resources closed, 0 used when freed\n$/);
});

t.test('examples/hazard-pointer: no record is torn, and without the heavy fence some are', async (t) => {
  const { status, stdout, stderr } = await runBare([compiled('hazard-pointer/main.js')]);
  t.match({ status, stderr }, { status: 0, stderr: '' });
  t.match(stdout, /^strategy membarrier: [1-9]\d* records published, [1-9]\d* read, 0 torn$/m);

  const broken = compiled('hazard-pointer/without-heavy.js');
  t.teardown(() => rm(broken, { force: true }));
  const source = await read('dist/examples/hazard-pointer/main.js');
  await writeFile(broken, source.replace('fence: { heavy }', 'fence: { heavy: () => {} }'));
  for (let attempt = 0; attempt < 5; attempt++) {
    const torn = / (\d+) torn$/m.exec((await runBare([broken])).stdout)?.[1];
    if (Number(torn) > 0) return t.pass(`${torn} torn`);
  }
  return t.comment('inconclusive: none was torn without the heavy fence either');
});

t.test('examples/quick-rcu: no read goes wrong, and without the grace period some do', async (t) => {
  const broken = compiled('quick-rcu/without-grace-period.js');
  t.teardown(() => rm(broken, { force: true }));
  const source = await read('dist/examples/quick-rcu/updater.js');
  await writeFile(broken, source.replace('await domain.synchronize();', ''));
  for (let attempt = 0; attempt < 20; attempt++) {
    const wrong = / (\d+) wrong reads/.exec((await runBare([broken])).stdout)?.[1];
    if (Number(wrong) > 0) return t.pass(`${wrong} went wrong`);
  }
  return t.comment('inconclusive: none went wrong without the grace period either');
});

t.test('docs/guide/collections.md: its programs compile', async (t) => {
  const page = await read('docs/guide/collections.md');
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text]) => text as string);
  const folder = fileURLToPath(new URL('out/guide', root));
  await mkdir(folder, { recursive: true });
  t.teardown(() => rm(folder, { recursive: true }));
  const declarations = `import { SharedCell, SharedMap } from 'node-membarrier/collections';
    interface Route { readonly host: string; }
    interface Flags { readonly checkout: string; }
    declare const handle: import('node-membarrier/collections').SharedMapHandle;
    declare const options: { maxBytes: number; codec: 'json'; maxThreads: number; near: number; freeze: boolean };
    const { maxBytes, codec, maxThreads, near, freeze } = options;
    export { handle, maxBytes, codec, maxThreads, near, freeze, SharedCell, type Flags, type Route };\n`;
  const files = await Promise.all(
    blocks.map(async (text, i) => {
      const path = `${folder}/block-${i}.ts`;
      await writeFile(path, text.includes('import ') ? text : `${declarations}${text}`);
      return path;
    }),
  );
  t.equal(files.length, 5);
  const compilerOptions = { noEmit: true, strict: true, skipLibCheck: true, module: 'nodenext', types: ['node'] };
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files }));
  const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));
  t.match(await runBare([tsc, '--project', folder]), { status: 0, stdout: '' });
});
