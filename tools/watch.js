/**
 * Builds after each change of a source, and runs the tests that are named, if any: `npm run watch [-- NAME ...]`. Ends
 * with Ctrl-C.
 */
import { spawnSync } from 'node:child_process';
import { watch } from 'node:fs';
import { argv, execPath } from 'node:process';
import { build, sources } from './build.js';

const names = argv.slice(2);
let timer;
let running = false;

async function once() {
  if (running) return later();
  running = true;
  const begun = performance.now();
  try {
    await build();
    console.log(`built in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    if (names.length > 0) spawnSync(execPath, ['tools/test.js', ...names], { stdio: 'inherit' });
  } catch (error) {
    console.error(error.message);
  }
  running = false;
}

/** Editors write a file in several steps. */
function later() {
  clearTimeout(timer);
  timer = setTimeout(once, 100);
}

for (const folder of [...sources, 'native']) {
  watch(folder, { recursive: true }, (_, name) => {
    if (!name?.endsWith('.wasm.ts')) later();
  });
}
await once();
