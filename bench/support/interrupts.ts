/**
 * Interrupts by which one CPU makes another run a function: what an expedited barrier costs its running siblings. They
 * are exact, counted by the kernel for each CPU in /proc/interrupts.
 */
import { readFileSync } from 'node:fs';

/** x86's row is named `CAL`; arm64's and riscv's have another name and the same description. */
const functionCalls = /^\s*\S+:((?:\s+\d+)+)\s+(?:.*\s)?Function call interrupts/m;

/** The count so far of each online CPU, by its number; undefined where the kernel does not show it. */
export function functionCallInterrupts(): ReadonlyMap<number, number> | undefined {
  const table = interruptTable();
  const counts = functionCalls.exec(table)?.[1]?.trim().split(/\s+/).map(Number);
  if (counts === undefined) return undefined;
  const cpus = table.slice(0, table.indexOf('\n')).match(/\d+/g) ?? [];
  return new Map(cpus.map((cpu, column) => [Number(cpu), counts[column] ?? 0]));
}

function interruptTable(): string {
  try {
    return readFileSync('/proc/interrupts', 'utf8');
  } catch {
    return '';
  }
}

/** The interrupts that a CPU received while `run` ran; undefined where they cannot be counted. */
export function interruptsDuring(cpu: number, run: () => void): number | undefined {
  const before = functionCallInterrupts()?.get(cpu);
  run();
  const after = functionCallInterrupts()?.get(cpu);
  return before === undefined || after === undefined ? undefined : after - before;
}
