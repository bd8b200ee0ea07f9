/** The machine that a report speaks of: what its figures depend on. */
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { readIfThere } from '../harness/proc.js';
import type { Doctor } from './doctor.js';
import type { Environment } from './report/schema.js';

/** `emulated` is said by who started the machine, and cannot be found out. */
export function benchEnvironment({ environment }: Doctor, emulated: boolean): Environment {
  return {
    ...environment,
    cpu: cpuModel(),
    virtualisation: virtualisation(),
    emulated,
    mitigations: mitigations(),
  };
}

/** With family and model, where x86's vendors leave the name vague in virtual machines. */
function cpuModel(): string {
  const name = cpus()[0]?.model || field('/proc/cpuinfo', 'cpu') || 'unknown';
  const [family, model] = ['cpu family', 'model'].map((key) => field('/proc/cpuinfo', key));
  return family === undefined || model === undefined ? name : `${name} (family ${family}, model ${model})`;
}

/** As far as it shows: x86's processors have a flag for it, and firmware has a vendor. */
function virtualisation(): string {
  const flags = field('/proc/cpuinfo', 'flags');
  if (flags !== undefined && !flags.split(' ').includes('hypervisor')) return 'none';
  const names = ['sys_vendor', 'product_name'].map((name) => readIfThere(`/sys/class/dmi/id/${name}`)?.trim() ?? '');
  const vendor = names.filter((name) => name !== '').join(' ');
  const machine = field('/proc/cpuinfo', 'machine') ?? field('/proc/sysinfo', 'VM00 Control Program');
  return vendor || machine || (flags === undefined ? 'unknown' : 'a hypervisor that does not say its name');
}

function mitigations(): Record<string, string> {
  const folder = '/sys/devices/system/cpu/vulnerabilities';
  const all = names(folder).map((name) => [name, readIfThere(`${folder}/${name}`)?.trim() ?? 'unknown'] as const);
  return Object.fromEntries(all.filter(([, state]) => state !== 'Not affected'));
}

/** What follows a name and a colon, on the first such line. */
function field(path: string, name: string): string | undefined {
  const line = readIfThere(path)
    ?.split('\n')
    .find((line) => line.split(':')[0]?.trim() === name);
  return line?.slice(line.indexOf(':') + 1).trim();
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
