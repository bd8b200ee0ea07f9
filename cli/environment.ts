/** The machine that a report speaks of. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, machine, release, type } from 'node:os';
import { arch, report, version } from 'node:process';

export interface Environment {
  /** Kernel and release, as `Linux 6.18.0`. */
  readonly kernel: string;
  /** As `uname -m`, and as Node.js calls it. */
  readonly architecture: string;
  /** The processor's name; with family and model, where x86's vendors leave the name vague in virtual machines. */
  readonly cpu: string;
  /** CPUs that this process may use. */
  readonly cpus: number;
  /** The hypervisor's name, 'none', or 'unknown'. */
  readonly virtualisation: string;
  /** What the kernel does against the flaws of this processor that it knows of, by flaw. */
  readonly mitigations: Readonly<Record<string, string>>;
  readonly libc: string;
  readonly node: string;
  /** seccomp filters in force here, whatever they allow; null where the system does not tell. */
  readonly seccompFilters: number | null;
}

export function environment(): Environment {
  return {
    kernel: `${type()} ${release()}`,
    architecture: `${machine()} (${arch})`,
    cpu: cpuModel(),
    cpus: availableParallelism(),
    virtualisation: virtualisation(),
    mitigations: mitigations(),
    libc: libc(),
    node: version,
    seccompFilters: seccompFilters(),
  };
}

function cpuModel(): string {
  const name = cpus()[0]?.model || fieldOf('/proc/cpuinfo', 'cpu') || 'unknown';
  const [family, model] = ['cpu family', 'model'].map((key) => fieldOf('/proc/cpuinfo', key));
  return family === undefined || model === undefined ? name : `${name} (family ${family}, model ${model})`;
}

/** As far as it shows: x86's processors have a flag for it, and firmware has a vendor. */
function virtualisation(): string {
  const flags = fieldOf('/proc/cpuinfo', 'flags');
  if (flags !== undefined && !flags.split(' ').includes('hypervisor')) return 'none';
  const names = ['sys_vendor', 'product_name'].map((name) => textOf(`/sys/class/dmi/id/${name}`)?.trim() ?? '');
  const vendor = names.filter((name) => name !== '').join(' ');
  const machine = fieldOf('/proc/cpuinfo', 'machine') ?? fieldOf('/proc/sysinfo', 'VM00 Control Program');
  return vendor || machine || (flags === undefined ? 'unknown' : 'a hypervisor that does not say its name');
}

function mitigations(): Record<string, string> {
  const folder = '/sys/devices/system/cpu/vulnerabilities';
  const all = namesIn(folder).map((name) => [name, textOf(`${folder}/${name}`)?.trim() ?? 'unknown'] as const);
  return Object.fromEntries(all.filter(([, state]) => state !== 'Not affected'));
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
  const count = fieldOf('/proc/self/status', 'Seccomp_filters');
  return count === undefined ? null : Number(count);
}

/** What follows a name and a colon, on the first such line of a file. */
function fieldOf(path: string, name: string): string | undefined {
  const line = textOf(path)
    ?.split('\n')
    .find((line) => line.split(':')[0]?.trim() === name);
  return line?.slice(line.indexOf(':') + 1).trim();
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
