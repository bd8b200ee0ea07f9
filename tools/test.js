/**
 * Runs tests that have been built: all of them, or those that are named, in tap.
 *
 *     npm test                         the whole suite: first what may run side by side, then test/serial/ one by one
 *     npm run test:one -- rcu-slots test/rcu/slots.test.ts; also `npm test -- NAME`. Several names, or a path, will do
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { argv, exit, stdout } from 'node:process';

const END = '.test.js';
const all = readdirSync('dist/test', { recursive: true })
  .filter((name) => name.endsWith(END))
  .map((name) => name.slice(0, -END.length));

/** `rcu-slots`, `rcu/slots`, `slots`, and a path to the source or to what it is compiled to. */
function named(name) {
  const wanted = name.replace(/^(\.\/)?(dist\/)?test\//, '').replace(/\.test\.[tj]s$/, '');
  const flat = (path) => path.replaceAll('/', '-');
  const exact = all.filter((path) => path === wanted || flat(path) === flat(wanted));
  return exact.length > 0 ? exact : all.filter((path) => path.endsWith(`/${wanted}`));
}

function tap(...args) {
  const { status } = spawnSync('node_modules/.bin/tap', args, { stdio: 'inherit' });
  if (status !== 0) exit(status ?? 1);
}

const names = argv.slice(2).filter((arg) => !arg.startsWith('-'));
const options = argv.slice(2).filter((arg) => arg.startsWith('-'));
const unknown = names.filter((name) => named(name).length === 0);
if (unknown.length > 0) {
  console.error(`no test file ${unknown.join(', ')}; there are: ${all.sort().join(', ')}`);
  exit(2);
}
const paths = (tests) => tests.map((test) => `dist/test/${test}${END}`);
if (names.length > 0) {
  tap(...(stdout.isTTY ? ['--reporter=terse'] : []), ...options, ...paths(names.flatMap(named)));
} else {
  tap(...options);
  tap('--jobs=1', ...options, ...paths(all.filter((test) => test.startsWith('serial/'))));
}
