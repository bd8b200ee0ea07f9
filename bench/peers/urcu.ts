/**
 * liburcu's memb flavour, as a C program beside this process: bench/peers/urcu.c, compiled here and now. Takes samples
 * at request, so that they are taken in turns with those of this process; what the request itself costs is not in them.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../harness/index.js';
import { reportMissing } from '../measure/report.js';
import { retrying, type Sample } from '../measure/samples.js';

type Operation = 'read' | 'synchronize' | 'barriers';
/** In another thread of the program, on the other CPU, a reader sleeps or reads all the time. */
type Company = 'alone' | 'beside';

export interface Urcu {
  /** Nanoseconds for each of so many operations; undefined if a CPU was taken away meanwhile. */
  readonly measure: (operation: Operation, company: Company, times: number) => number | undefined;
  /** How many torn or freed records a reader has seen while as many were replaced. */
  readonly check: (times: number) => number;
}

/** The read side of both is liburcu's own: inlined into the loop, as its header has it, or called in the library. */
const flags = { inlined: ['-D_LGPL_SOURCE'], called: [] };

const source = fileURLToPath(new URL('bench/peers/urcu.c', root));

/** Pinned to the two CPUs. Undefined where there is no compiler or no liburcu, after saying so. */
export function startUrcu(kind: keyof typeof flags, here: number, there: number): Urcu | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'urcu-'));
  try {
    const program = join(folder, 'urcu');
    const compile = ['-O2', ...flags[kind], '-o', program, source, '-lurcu-memb', '-lurcu-common', '-pthread'];
    const { status, error } = spawnSync('cc', compile, { stdio: 'ignore' });
    if (status === 0) return converse(folder, program, [String(here), String(there)]);
    const why = error === undefined ? 'it is not installed (Debian: liburcu-dev)' : `no C compiler: ${error.message}`;
    reportMissing(`liburcu, ${kind}`, why);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Taken again where a CPU was taken away. */
export function sampleUrcu(urcu: Urcu, operation: Operation, company: Company, times: number): Sample {
  return retrying(() => urcu.measure(operation, company, times));
}

/**
 * By named pipes, which can be read and written while this thread waits; each end closes when the other process ends.
 */
function converse(folder: string, program: string, cpus: string[]): Urcu {
  const [requests, answers] = [join(folder, 'requests'), join(folder, 'answers')];
  execFileSync('mkfifo', [requests, answers]);
  // Opened for both, a pipe does not wait for its other end.
  const open = [openSync(requests, 'r+'), openSync(answers, 'r+')] as const;
  const [input, output] = [openSync(requests, 'r'), openSync(answers, 'w')];
  const [ask, listen] = [openSync(requests, 'w'), openSync(answers, 'r')];
  spawn(program, cpus, { stdio: [input, output, 'inherit'] }).unref();
  for (const end of [...open, input, output]) closeSync(end);
  const buffer = Buffer.alloc(64);

  function request(line: string): number {
    writeSync(ask, `${line}\n`);
    const length = readSync(listen, buffer);
    if (length === 0) throw new Error(`the peer ended at '${line}'`);
    return Number(buffer.toString('latin1', 0, length));
  }

  return {
    measure(operation, company, times) {
      const nanoseconds = request(`${operation} ${company} ${times}`);
      return nanoseconds < 0 ? undefined : nanoseconds / times;
    },
    check: (times) => request(`check beside ${times}`),
  };
}
