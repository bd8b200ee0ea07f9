/** Which of the test files run on the other machines, and why the others do not. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { root } from '../../bench/support/harness.js';

/** What cannot run there, and is not about the machine. */
const NOT_THERE: Readonly<Record<string, string>> = {
  layers: 'reads the sources with oxc-parser, a native module; it is not about the machine',
  types: 'runs the TypeScript compiler, a native program; it is not about the machine',
  package: 'runs npm pack, which is not there; it is not about the machine',
  disassembly: "reads x64's machine code",
  'rcu-disassembly': "reads x64's machine code",
  'rcu-torture': 'plants a fault with rolldown, a native module',
};

/** What fits into the time: everything of the kernel, the facade, the fences and RCU that does not take minutes. */
const QUICK: ReadonlySet<string> = new Set(['facade', 'kernel-selftests']);

export interface Selection {
  readonly together: readonly string[];
  readonly alone: readonly string[];
  readonly skipped: readonly (readonly [file: string, reason: string])[];
}

export function select(all: boolean, only: readonly string[]): Selection {
  const files = [...testsIn('dist/test/'), ...testsIn('dist/test/alone/')];
  const nameOf = (file: string) => basename(file, '.test.js');
  const reasonOf = (file: string) => {
    const name = nameOf(file);
    if (only.length > 0) return only.includes(name) ? undefined : 'not asked for';
    return NOT_THERE[name] ?? (all || QUICK.has(name) ? undefined : 'takes long; --all runs it');
  };
  const chosen = files.filter((file) => reasonOf(file) === undefined);
  return {
    together: chosen.filter((file) => !file.includes('/alone/')),
    alone: chosen.filter((file) => file.includes('/alone/')),
    skipped: files.flatMap((file) => {
      const reason = reasonOf(file);
      return reason === undefined ? [] : [[nameOf(file), reason] as const];
    }),
  };
}

function testsIn(folder: string): string[] {
  return readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => folder + name);
}
