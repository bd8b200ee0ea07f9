/** The machine that a report speaks of. */
import { readFileSync } from 'node:fs';
import { availableParallelism, machine, release, type } from 'node:os';
import { arch, report, version } from 'node:process';

export interface Environment {
  /** Kernel and release, as `Linux 6.18.0`. */
  readonly kernel: string;
  /** As `uname -m`, and as Node.js calls it. */
  readonly architecture: string;
  readonly libc: string;
  readonly node: string;
  /** CPUs that this process may use. */
  readonly cpus: number;
  /** seccomp filters in force here, whatever they allow; null where the system does not tell. */
  readonly seccompFilters: number | null;
}

export function environment(): Environment {
  return {
    kernel: `${type()} ${release()}`,
    architecture: `${machine()} (${arch})`,
    libc: libc(),
    node: version,
    cpus: availableParallelism(),
    seccompFilters: seccompFilters(),
  };
}

function libc(): string {
  const { header, sharedObjects } = report.getReport() as {
    header: { glibcVersionRuntime?: string };
    sharedObjects: string[];
  };
  if (header.glibcVersionRuntime !== undefined) return `glibc ${header.glibcVersionRuntime}`;
  return sharedObjects.some((path) => path.includes('ld-musl')) ? 'musl' : 'unknown';
}

function seccompFilters(): number | null {
  try {
    const count = /^Seccomp_filters:\s*(\d+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return count === undefined ? null : Number(count);
  } catch {
    return null;
  }
}
