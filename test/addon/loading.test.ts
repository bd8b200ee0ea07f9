/** UnavailableError where the addon cannot be loaded. Importing throws nothing, and the message lists every cause. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { root } from '../../harness/index.js';
import { startActor } from '../support/process/actor.js';
import { permissionFlag, pretendDarwin, runBare, runCommand } from '../support/process/fresh.js';
import { packageWithoutBinary } from '../support/process/package-copy.js';

/** Asks for a barrier, with the error in full. */
const script = `
import { membarrier, UnavailableError } from 'node-membarrier';
const codes = [];
for (const call of ['query', 'registerSync', 'privateExpedited', 'globalSync', 'globalExpedited', 'kernelRegistrations', 'raw']) {
  try { membarrier[call](call === 'raw' ? 0 : 'PRIVATE_EXPEDITED'); } catch (error) { codes.push(error.code); }
}
const rejected = await Promise.allSettled([membarrier.register('PRIVATE_EXPEDITED'), membarrier.global()]);
codes.push(...rejected.map(({ reason }) => reason?.code));
const refused = [];
for (const call of [() => membarrier.raw(0.5), () => membarrier.registerSync('QUERY'), () => membarrier.privateExpeditedRseq(0)]) {
  try { call(); } catch (error) { refused.push(error.code); }
}
const { error } = membarrier.attempt('QUERY');
console.log(JSON.stringify({
  codes,
  refused,
  supported: membarrier.isSupported(),
  registered: membarrier.isRegistered('PRIVATE_EXPEDITED'),
  instance: error instanceof UnavailableError,
  message: error?.message,
  ...error,
  causes: error?.cause?.errors.map(({ message, code }) => ({ message, code })),
}));`;

interface Report {
  codes: string[];
  refused: string[];
  supported: boolean;
  registered: boolean;
  instance: boolean;
  message: string;
  errno: number;
  command: string;
  causes: { message: string; code?: string }[];
}

async function copyPackage(t: Test): Promise<string> {
  const folder = await packageWithoutBinary(t);
  await writeFile(join(folder, 'script.mjs'), script);
  return folder;
}

async function report(folder: string, flags: readonly string[] = []): Promise<Report> {
  const { status, stdout, stderr } = await runBare([...flags, join(folder, 'script.mjs')]);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

function checkUnavailable(t: Test, found: Report): void {
  t.strictSame(new Set(found.codes), new Set(['ERR_MEMBARRIER_UNAVAILABLE']), 'every call says so');
  t.equal(found.codes.length, 9);
  t.strictSame(found.refused, ['ERR_OUT_OF_RANGE', 'ERR_OUT_OF_RANGE', 'ERR_INVALID_ARG_TYPE'], 'arguments come first');
  t.equal(found.supported, false);
  t.equal(found.registered, false);
  t.equal(found.instance, true);
  t.equal(found.errno, -38);
  t.equal(found.command, 'QUERY');
}

t.test('no binary', async (t) => {
  const found = await report(await copyPackage(t));
  checkUnavailable(t, found);
  t.equal(found.causes.length, 4, 'all places that were tried, each once');
  t.match(
    found.message,
    /build\/Release\/membarrier\.node: .*No such file[^.]*\n.*prebuilds\/linux-\w+\/.*\n.*dist\/node-membarrier\.node: .*\n.*\/node-membarrier\.node: .*\. Reinstall/,
  );
  t.equal(found.message.match(/Reinstall/g)?.length, 1, 'what to do is said once');
});

t.test("the command line, too, takes a clone's own build", async (t) => {
  const folder = await copyPackage(t);
  await mkdir(join(folder, 'build/Release'), { recursive: true });
  await cp(
    fileURLToPath(new URL('build/Release/membarrier.node', root)),
    join(folder, 'build/Release/membarrier.node'),
  );
  t.match(await runBare([join(folder, 'dist/membarrier.js'), 'doctor']), { status: 0, stdout: /RCU work here/ });
});

t.test('a corrupt binary', async (t) => {
  const folder = await copyPackage(t);
  await mkdir(join(folder, 'build/Release'), { recursive: true });
  await writeFile(
    join(folder, 'build/Release/membarrier.node'),
    'this is no ELF file, however long it may be '.repeat(100),
  );
  const found = await report(folder);
  checkUnavailable(t, found);
  t.match(
    found.message,
    /build\/Release\/membarrier\.node: .*invalid ELF header\. The binary is damaged or for another architecture\. Reinstall/,
  );
});

t.test('a file system that is mounted noexec', async (t) => {
  const folder = await copyPackage(t);
  const place = join(folder, 'prebuilds');
  await mkdir(place, { recursive: true });
  const mounted = await runCommand('mount', ['-t', 'tmpfs', '-o', 'noexec', 'tmpfs', place]);
  if (mounted.status !== 0) {
    t.pass('', { skip: `this user cannot mount: ${mounted.stderr.trim()}` });
    return;
  }
  try {
    const binary = fileURLToPath(new URL('build/Release/membarrier.node', root));
    await cp(binary, join(place, `linux-${process.arch}/node-membarrier.node`));
    const found = await report(folder);
    checkUnavailable(t, found);
    t.match(found.message, /failed to map segment.*\. The file system \(mounted noexec\)/);
  } finally {
    await runCommand('umount', [place]);
  }
});

t.test('a library that the binary needs is missing, or too old', async (t) => {
  // Our own binary needs none; the harness stands for one that was built in another way.
  const source = fileURLToPath(new URL('build/Release/harness.node', root));
  for (const [from, to, advice] of [
    ['libc.so.6\0', 'libq.so.6\0', /libq\.so\.6: cannot open shared object file.*\. This system lacks a library/],
    ['GLIBC_2.2.5\0', 'GLIBC_9.9.9\0', /\. The C or C\+\+ library of this system is too old for the binary/],
  ] as const) {
    const folder = await copyPackage(t);
    await mkdir(join(folder, 'build/Release'), { recursive: true });
    const bytes = (await readFile(source)).toString('latin1');
    t.ok(bytes.includes(from), from);
    await writeFile(join(folder, 'build/Release/membarrier.node'), Buffer.from(bytes.replaceAll(from, to), 'latin1'));
    t.match((await report(folder)).message, advice);
  }
});

t.test('a corrupt build does not hide the published binary', async (t) => {
  const folder = await copyPackage(t);
  await mkdir(join(folder, 'build/Release'), { recursive: true });
  await writeFile(join(folder, 'build/Release/membarrier.node'), 'corrupt');
  const binary = fileURLToPath(new URL('build/Release/membarrier.node', root));
  await cp(binary, join(folder, `prebuilds/linux-${process.arch}/node-membarrier.node`));
  t.equal((await report(folder)).supported, true);
});

t.test('--no-addons, for the process and for a worker beside a main thread that can', async (t) => {
  const folder = await copyPackage(t);
  const found = await report(folder, ['--no-addons']);
  checkUnavailable(t, found);
  t.match(
    found.message,
    /:\n.*disabled\. Start Node\.js \(or this worker\) without --no-addons$/,
    'once, though both were tried',
  );
  t.ok(found.causes.every(({ code }) => code === 'ERR_DLOPEN_DISABLED'));

  const worker = startActor(['--no-addons']);
  t.match(await worker.take(['query']), { error: { code: 'ERR_MEMBARRIER_UNAVAILABLE' } });
  t.match(await worker.take(['isSupported']), { value: false });
  await worker.terminate();
});

t.test('the permission model, without --allow-addons', async (t) => {
  const found = await report(await copyPackage(t), [permissionFlag, '--allow-fs-read=*']);
  checkUnavailable(t, found);
  t.match(found.message, /Start Node\.js with --allow-addons$/);
});

t.test('a truncated binary, and one for another architecture', async (t) => {
  const whole = await readFile(new URL('build/Release/membarrier.node', root));
  const other = Buffer.from(whole);
  // e_machine, its less significant byte: one that no machine here has.
  other[new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 18 : 19] = 7;
  for (const [bytes, reason] of [
    [Buffer.alloc(0), /invalid ELF header\. The binary is damaged/],
    [whole.subarray(0, 64), /file too short: 64 bytes of \d+\. The binary is damaged/],
    // Loaded, its process would die of SIGBUS.
    [whole.subarray(0, 8192), /file too short: 8192 bytes of \d+/],
    [whole.subarray(0, -1), /file too short/],
    [other, /it is for ELF machine 7, and this process is \w+\. The binary is damaged or for another architecture/],
  ] as const) {
    const folder = await copyPackage(t);
    await mkdir(join(folder, `prebuilds/linux-${process.arch}`), { recursive: true });
    await writeFile(join(folder, `prebuilds/linux-${process.arch}/node-membarrier.node`), bytes);
    const found = await report(folder);
    checkUnavailable(t, found);
    t.match(found.message, reason);
    t.equal(found.causes.length, 1, 'places without a file are not named');
  }
});

t.test('bundled into another file: found beside it, or in node_modules, or the message says what to do', async (t) => {
  const folder = await copyPackage(t);
  await mkdir(join(folder, 'app'));
  for (const name of ['index.js', 'shared-core.js']) await cp(join(folder, 'dist', name), join(folder, 'app', name));
  await writeFile(join(folder, 'script.mjs'), script.replace("'node-membarrier'", "'./app/index.js'"));
  await rm(join(folder, 'package.json'));
  const found = await report(folder);
  checkUnavailable(t, found);
  t.match(
    found.message,
    /No such file or directory\. .*mark the package as external, or copy its prebuilds\/linux-\w+\/node-membarrier\.node beside/,
  );

  const binary = fileURLToPath(new URL('build/Release/membarrier.node', root));
  await cp(binary, join(folder, 'app/node-membarrier.node'));
  t.equal((await report(folder)).supported, true);

  await rm(join(folder, 'app/node-membarrier.node'));
  const installed = join(folder, 'node_modules/node-membarrier');
  await cp(binary, join(installed, `prebuilds/linux-${process.arch}/node-membarrier.node`));
  await writeFile(join(installed, 'package.json'), '{ "name": "node-membarrier" }');
  t.equal((await report(folder)).supported, true);
});

t.test('a binary of another version', async (t) => {
  const folder = await copyPackage(t);
  // An addon that loads, and offers something else.
  const other = fileURLToPath(new URL('build/Release/harness.node', root));
  await cp(other, join(folder, `prebuilds/linux-${process.arch}/node-membarrier.node`));
  const found = await report(folder);
  checkUnavailable(t, found);
  t.match(found.message, /node-membarrier\.node is of another version of node-membarrier\. Reinstall the package/);
});

t.test('nobody else says where the binary is: not the current folder, nor an argument', async (t) => {
  const folder = await copyPackage(t);
  const binary = fileURLToPath(new URL('build/Release/membarrier.node', root));
  await mkdir(join(folder, 'planted'));
  for (const name of ['node-membarrier.node', 'planted/node-membarrier.node']) await cp(binary, join(folder, name));
  const code = `
    const { membarrier } = await import('${pathToFileURL(join(folder, 'dist/index.js')).href}');
    console.log(membarrier.isSupported());`;
  const flags = ['--input-type=module', '--eval', code];
  for (const argument of ['planted/x', join(folder, 'planted/x')]) {
    const { stdout, stderr } = await runBare([...flags, argument], { cwd: folder });
    t.equal(stdout, 'false\n', stderr);
  }
  const worker = `new (require('node:worker_threads').Worker)(${JSON.stringify(code)}, { eval: true, type: 'module' })`;
  const { stdout, stderr } = await runBare(['--eval', worker], { cwd: folder });
  t.equal(stdout, 'false\n', stderr);
});

t.test("the build machine's path, which webpack leaves in a program, is not believed", async (t) => {
  const folder = await copyPackage(t);
  const binary = fileURLToPath(new URL('build/Release/membarrier.node', root));
  await cp(binary, join(folder, 'machine/build/Release/membarrier.node'));
  await cp(binary, join(folder, 'machine/dist/node-membarrier.node'));
  await mkdir(join(folder, 'app'));
  await cp(join(folder, 'dist/index.js'), join(folder, 'app/index.js'));
  const core = await readFile(join(folder, 'dist/shared-core.js'), 'utf8');
  const there = JSON.stringify(pathToFileURL(join(folder, 'machine/dist/shared-core.js')).href);
  const changed = core.replace('const here = import.meta.url;', `const here = ${there};`);
  t.not(changed, core);
  await writeFile(join(folder, 'app/shared-core.js'), changed);
  await writeFile(join(folder, 'script.mjs'), script.replace("'node-membarrier'", "'./app/index.js'"));
  checkUnavailable(t, await report(folder));
});

t.test('a runtime that is too old', async (t) => {
  const flags = ['--import', 'data:text/javascript,delete process.getBuiltinModule', '--input-type=module', '--eval'];
  for (const entry of [
    'node-membarrier',
    'node-membarrier/fence',
    'node-membarrier/rcu',
    'node-membarrier/collections',
  ]) {
    const code = `await import('${entry}').catch(({ code, message }) => console.log(code, message))`;
    const { stdout } = await runBare([...flags, code]);
    t.equal(
      stdout,
      'ERR_MEMBARRIER_RUNTIME node-membarrier needs process.getBuiltinModule, which this runtime lacks. ' +
        'Use Node.js 20.19, 22.12 or later\n',
    );
  }
});

t.test('another platform', async (t) => {
  const found = await report(await copyPackage(t), pretendDarwin);
  checkUnavailable(t, found);
  t.match(found.message, /membarrier\(2\) is a system call of Linux, and this platform is darwin/);
});
