/**
 * What registering costs everybody else on powerpc, as a count: `switch_mm_irqs_off` executes one `hwsync` for each
 * switch into the address space of a process that has registered, of whichever kind; none into another, and none
 * between threads of a process. Counted by a plugin of qemu's (count.c), per address: no time is involved, and no
 * chance.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderTable } from '../../cli/table.js';
import { root } from '../../harness/index.js';
import { type Addresses, addressesIn } from './symbols.js';

/** What the guest says of an interval. */
export interface Interval {
  readonly what: string;
  /** How many of the two that hand over to each other have registered. */
  readonly registered: number;
  /** 1: they are threads of one. */
  readonly processes: number;
  /** Of handing over there and back: two switches each. */
  readonly rounds: number;
}

/** Counts are exact but for the interval's edges, and for the kernel's own threads in between. */
const TOLERANCE = 0.02;

export interface Counting {
  /** For qemu's command line. */
  readonly options: readonly string[];
  /** Throws where a count is not as expected; answers the table. */
  readonly judge: (console: string) => string;
}

/** Compiles the plugin. `folder` is for what it writes. */
export function counting(kernel: string, folder: string): Counting {
  const [plugin, log] = [`${folder}/count.so`, `${folder}/counts`];
  const source = fileURLToPath(new URL('verification/machines/count.c', root));
  execFileSync('gcc', ['-O2', '-Wall', '-Wextra', '-shared', '-fPIC', '-fvisibility=hidden', '-o', plugin, source]);
  const addresses = addressesIn(kernel);
  const { from, to, entry, change } = addresses;
  return {
    options: ['-plugin', `${plugin},from=${from},to=${to},at=${entry},at=${change}`, '-d', 'plugin', '-D', log],
    judge: (console) => judge(console, readFileSync(log, 'utf8'), addresses),
  };
}

function intervalsIn(console: string): Interval[] {
  return [...console.matchAll(/^interval (\{.*\})\r?$/gm)].map(([, json]) => JSON.parse(json as string) as Interval);
}

interface Counts {
  readonly hwsync: number;
  readonly at: (address: string) => number;
}

function countsIn(log: string): Counts[] {
  return [...log.matchAll(/^interval \d+(.*)$/gm)].map(([, line = '']) => {
    const all = [...line.matchAll(/ (hwsync|at) ([0-9a-f]+) (\d+)/g)];
    const sum = (found: typeof all) => found.reduce((total, [, , , count]) => total + Number(count), 0);
    return {
      hwsync: sum(all.filter(([, kind]) => kind === 'hwsync')),
      at: (address) => sum(all.filter(([, kind, found]) => kind === 'at' && found === address)),
    };
  });
}

/** The table of what the guest has marked and qemu has counted; throws it where a count is not as expected. */
export function judge(console: string, log: string, { entry, change }: Omit<Addresses, 'from' | 'to'>): string {
  const intervals = intervalsIn(console);
  const counts = countsIn(log);
  if (intervals.length === 0 || counts.length !== intervals.length) {
    throw new Error(`the guest has marked ${intervals.length} intervals, and qemu has counted ${counts.length}`);
  }
  const wrong: string[] = [];
  const rows = intervals.map(({ what, registered, processes, rounds }, i) => {
    const { hwsync, at } = counts[i] as Counts;
    const [calls, changes] = [at(entry), at(change)];
    const switches = 2 * rounds;
    const found = hwsync / (processes === 1 ? calls : changes);
    const expected = processes === 1 ? 0 : registered / 2;
    const seen = (processes === 1 ? calls : changes) / switches;
    if (Math.abs(seen - 1) > TOLERANCE) {
      wrong.push(`${what}: ${calls} calls, ${changes} changes, for ${switches} switches`);
    }
    // Both or neither: each single switch is as it has to be.
    const exact = expected !== 0.5;
    if (exact ? found !== expected : Math.abs(found - expected) > TOLERANCE) {
      wrong.push(`${what}: ${found} hwsync per switch, and not ${expected}`);
    }
    return [what, `${calls}`, `${changes}`, `${hwsync}`, found.toFixed(4), `${expected}`];
  });
  const head = ['registered', 'calls', 'changes', 'hwsync', 'per switch', 'expected'];
  const table = renderTable([head, ...rows]);
  if (wrong.length > 0) throw new Error(`${table}\n${wrong.join('\n')}`);
  return table;
}
