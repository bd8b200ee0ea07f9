/** Which of the test files run on the other machines, and why the others do not. */
import { readdirSync } from 'node:fs';
import { root } from '../../harness/index.js';

const FOLDER = 'dist/test/';
const END = '.test.js';

/** What cannot run there, and is not about the machine. */
const NOT_THERE: Readonly<Record<string, string>> = {
  'package/layers': 'reads the sources with oxc-parser, a native module; it is not about the machine',
  'package/links': 'asks git; it is not about the machine',
  'package/paths': 'reads the sources; it is not about the machine',
  'package/style': 'asks git; it is not about the machine',
  'package/types': 'runs the TypeScript compiler, a native program; it is not about the machine',
  'verification/mutants': 'reads the sources; it is not about the machine',
  'package/package': 'runs npm pack, which is not there; it is not about the machine',
  'fence/disassembly': "reads x64's machine code",
  'rcu/disassembly': "reads x64's machine code",
  'verification/machines': 'is about these runs themselves',
  'bench/html': 'opens a browser, which is not there; it is not about the machine',
  'serial/bench': 'measures for minutes; bench --quick is run by itself',
  'deep/bench-whole': 'bench --quick is run by itself',
  'serial/rcu-torture': 'plants a fault with rolldown, a native module',
};

/**
 * What fits into the time: of the kernel, the facade, the fences and RCU what does not take minutes. The longest come
 * first.
 */
const QUICK: readonly string[] = [
  'fence/asymmetric-fence',
  'rcu/domain',
  'core/registrations',
  'core/kernel-selftests',
  'fence/biased-lock',
  'core/facade',
  'core/cpus',
  'fence/lock-operations',
  'core/arguments',
  'rcu/fences',
];

export interface Selection {
  readonly together: readonly string[];
  readonly alone: readonly string[];
  /** Names, by the reason. */
  readonly skipped: ReadonlyMap<string, readonly string[]>;
}

function reasonNotToRun(name: string, all: boolean, only: readonly string[]): string | undefined {
  if (only.length > 0) return only.includes(name) ? undefined : 'not asked for';
  return NOT_THERE[name] ?? (all || QUICK.includes(name) ? undefined : 'takes long there; --all runs it');
}

/** Those of these names that no test file has. */
export function unknown(names: readonly string[]): string[] {
  const known = everyTest().map(nameOf);
  return names.filter((name) => !known.includes(name));
}

export function select(all: boolean, only: readonly string[]): Selection {
  const chosen: string[] = [];
  const skipped = new Map<string, string[]>();
  for (const file of everyTest()) {
    const name = nameOf(file);
    const reason = reasonNotToRun(name, all, only);
    if (reason === undefined) chosen.push(file);
    else skipped.set(reason, [...(skipped.get(reason) ?? []), name]);
  }
  const rank = (file: string) => (QUICK.includes(nameOf(file)) ? QUICK.indexOf(nameOf(file)) : QUICK.length);
  chosen.sort((a, b) => rank(a) - rank(b));
  const isAlone = (file: string) => file.includes('/serial/');
  return { together: chosen.filter((file) => !isAlone(file)), alone: chosen.filter(isAlone), skipped };
}

/** Its path below test/, as `rcu/slots`. */
export const nameOf = (file: string) => file.slice(FOLDER.length, -END.length);

function everyTest(): string[] {
  return readdirSync(new URL(FOLDER, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(END))
    .map((name) => FOLDER + name);
}
