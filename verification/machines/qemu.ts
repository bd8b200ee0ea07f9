/**
 * Boots a machine, follows its console, and judges by the line that its init says last: qemu ends with 0 whatever
 * happened.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Machine } from './machines.js';

export interface Boot {
  readonly kernel: string;
  readonly initramfs: string;
  readonly cpus: number;
  readonly options?: readonly string[];
  /** Where the whole console goes. */
  readonly log: string;
  readonly seconds: number;
  /** Called for each line that the guest's own program prints. */
  readonly onLine?: (line: string) => void;
}

/** What init.sh says; what is printed before it is the firmware's and the kernel's. */
const BEGINS = 'the guest begins';
const ENDED = /^the guest has ended with status (\d+)$/;

export function majorVersion(qemu: string): number {
  const printed = execFileSync(qemu, ['--version'], { encoding: 'utf8' });
  return Number(/version (\d+)\./.exec(printed)?.[1]);
}

export type Emulated = Pick<Machine, 'qemu' | 'options' | 'console'>;

/** Answers the console. Throws if the guest does not end with 0 in time. */
export async function boot(machine: Emulated, { kernel, initramfs, cpus, options = [], log, seconds, onLine }: Boot) {
  const fixed = ['-nodefaults', '-display', 'none', '-serial', 'stdio', '-monitor', 'none', '-no-reboot', '-m', '2G'];
  const append = `console=${machine.console} panic=-1 quiet nokaslr`;
  const args = [...machine.options, ...fixed, '-smp', `${cpus}`, '-kernel', kernel, '-initrd', initramfs];
  const child = spawn(machine.qemu, [...args, '-append', append, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  const interrupted = () => {
    kill();
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, 1000 * seconds);

  const file = createWriteStream(log);
  child.stderr.pipe(file, { end: false });
  const lines: string[] = [];
  let status: string | undefined;
  let begun = false;
  createInterface(child.stdout).on('line', (printed) => {
    const line = printed.replace(/\r$/, '');
    file.write(`${line}\n`);
    lines.push(line);
    status ??= ENDED.exec(line)?.[1];
    if (begun && status === undefined) onLine?.(line);
    begun ||= line === BEGINS;
  });
  await once(child, 'close');
  clearTimeout(timer);
  process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  await new Promise((resolve) => file.end(resolve));
  if (late) throw new Error(`the guest has not ended after ${seconds} s`);
  if (status === undefined) throw new Error(`the guest has not come to its end:\n${lines.slice(-5).join('\n')}`);
  if (status !== '0') throw new Error(`the guest has ended with status ${status}`);
  return lines.join('\n');
}
