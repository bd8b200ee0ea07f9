/**
 * The full fence is an instruction of the processor that is one: read from the machine code, on each architecture. A
 * run under emulation proves nothing of it, and V8 compiles atomic.fence to nothing on s390x.
 */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runBare } from '../support/process/fresh.js';

/** What V8's disassembler calls an instruction after which no load is done before the stores that precede it. */
const fences: Partial<Record<NodeJS.Architecture, RegExp>> = {
  x64: /\bmfence\b|\block (or|xadd|cmpxchg)/,
  arm64: /\bdmb ish\b/,
  ppc64: /\bsync\b/,
  riscv64: /\bfence\b/,
  s390x: /\bcsy?\b/,
};

const fence = fences[process.arch];
const skip = fence === undefined && `${process.arch} is not known here`;

/** What V8 prints of each function that it has compiled, as text. */
async function printedFunctions(): Promise<string[]> {
  const program = fileURLToPath(new URL('../support/fence/full-fence.js', import.meta.url));
  const flags = ['--print-wasm-code', '--no-liftoff', '--single-threaded'];
  const { stdout } = await runBare([...flags, program]);
  return stdout.split('--- WebAssembly code ---').filter((text) => text.includes('Instructions ('));
}

t.test('atomic.fence, with what it lacks', { skip }, async (t) => {
  const functions = await printedFunctions();
  t.equal(functions.length, 4, 'fullFence(), cookie(), claim() and reapDeadReader()');
  for (const text of functions) t.match(text, fence, /^name: .*$/m.exec(text)?.[0] ?? '');
});
