/** A callback that runs the event loop inside itself still holds what it has read: no grace period ends in it. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { root } from '../../harness/index.js';
import { runBare } from '../support/process/fresh.js';

const program = fileURLToPath(new URL('../support/rcu/nested-loop.js', import.meta.url));
const { include_dir: includes } = createRequire(import.meta.url)('node-api-headers') as { include_dir: string };
const source = fileURLToPath(new URL('test/support/rcu/nested-loop.c', root));

const noCompiler = spawnSync('cc', ['--version']).error?.message ?? false;

t.test('of each kind', { skip: noCompiler }, async (t) => {
  const addon = join(t.testdir(), 'nested-loop.node');
  const compile = ['-shared', '-fPIC', `-I${includes}`, '-o', addon, source];
  const { status, stderr: errors } = spawnSync('cc', compile, { encoding: 'utf8' });
  t.equal(status, 0, errors);
  const { stdout, stderr } = await runBare(['--expose-gc', program, addon]);
  const kinds = ['timer', 'immediate', 'tick', 'message', 'finalizer'];
  t.equal(stdout, kinds.map((kind) => `${kind}: waited for, and went on\n`).join(''), stderr);
});
