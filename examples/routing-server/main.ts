/**
 * `npm run example:routing [-- --seconds N]`: an HTTP server of two threads that look routes up in a table of 100,000,
 * which a third thread changes 100 times a second. Four ways to share the table, one after the other, each in a process
 * of its own, under the same load.
 */
import { spawnSync } from 'node:child_process';
import { argv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { renderTable } from '../../cli/table.js';
import { kinds } from './routes.js';
import type { Measured } from './trial.js';

const { seconds } = parseArgs({ args: argv.slice(2), options: { seconds: { type: 'string', default: '5' } } }).values;

const labels = {
  SharedMap: 'SharedMap',
  deltas: 'private Map, changes by message',
  copies: 'private Map, a copy each second',
  lmdb: 'lmdb',
};

const trial = fileURLToPath(new URL('trial.js', import.meta.url));
const rows = kinds.map((kind) => {
  const { stdout, stderr, status } = spawnSync(execPath, [trial, kind, seconds], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${kind}: ${stderr}`);
  const { throughput, p50, p99, delay, memory, visible } = JSON.parse(stdout) as Measured;
  return [
    labels[kind],
    `${Math.round(throughput)}`,
    `${p50}`,
    `${p99}`,
    delay.toFixed(1),
    `${Math.round(memory)}`,
    visible.toFixed(1),
  ];
});

console.log(`2 server threads, 100,000 routes, 100 changes a second, ${seconds} s each\n`);
console.log(
  renderTable([
    ['table', 'requests/s', 'p50 ms', 'p99 ms', 'loop delay p99 ms', 'memory MB', 'visible after ms'],
    ...rows,
  ]),
);
console.log(`
HTTP takes most of the time, so the throughput of all four is much the same. They differ in memory (a private Map is
one copy for each thread), in how late a change is visible, and in what copies do to the event loop.

Good enough without SharedMap: a table of some thousand entries, or two threads, or changes that may arrive late. Then
a private Map with messages is simpler. lmdb keeps the table on disk, too, and shares it with other processes.`);
