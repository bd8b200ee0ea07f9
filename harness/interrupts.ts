/**
 * Interrupts by which one CPU makes another run a function: what an expedited barrier costs its running siblings. They
 * are exact, counted by the kernel for each CPU in /proc/interrupts.
 */
import { readIfThere } from './proc.js';
import type { Sibling } from './sibling.js';

/** x86's row is named `CAL`; arm64's and riscv's have another name and the same description. */
const functionCalls = /^\s*\S+:((?:\s+\d+)+)\s+(?:.*\s)?Function call interrupts/m;

/** The count so far of each online CPU, by its number; undefined where the kernel does not show it. */
export function functionCallInterrupts(): ReadonlyMap<number, number> | undefined {
  const table = readIfThere('/proc/interrupts') ?? '';
  const counts = functionCalls.exec(table)?.[1]?.trim().split(/\s+/).map(Number);
  if (counts === undefined) return undefined;
  const cpus = table.slice(0, table.indexOf('\n')).match(/\d+/g) ?? [];
  return new Map(cpus.map((cpu, column) => [Number(cpu), counts[column] ?? 0]));
}

/** The interrupts that a CPU received while `run` ran; undefined where they cannot be counted. */
export function interruptsDuring(cpu: number, run: () => void): number | undefined {
  const before = functionCallInterrupts()?.get(cpu);
  run();
  const after = functionCallInterrupts()?.get(cpu);
  return before === undefined || after === undefined ? undefined : after - before;
}

export interface Bursts {
  /** In each burst. */
  readonly calls: number;
  readonly bursts: number;
  /** Milliseconds after which fewer bursts are enough, and after which there may be none. */
  readonly patience: number;
  readonly last: number;
}

/**
 * The interrupts that each call sent to a CPU, by burst. Beside a sibling only bursts count in which it did its work
 * throughout; on a busy machine these are some. Short bursts, since there it runs for moments only.
 */
export function interruptsInBursts(
  cpu: number,
  issue: () => void,
  { calls, bursts, patience, last }: Bursts,
  sibling?: Pick<Sibling, 'ranDuring'>,
): number[] {
  const found: number[] = [];
  const start = performance.now();
  while (found.length < bursts && performance.now() - start < (found.length === 0 ? last : patience)) {
    let interrupts: number | undefined;
    const burst = () => {
      interrupts = interruptsDuring(cpu, () => {
        for (let i = 0; i < calls; i++) issue();
      });
    };
    if (sibling === undefined) burst();
    else if (!sibling.ranDuring(burst)) continue;
    found.push((interrupts ?? Number.NaN) / calls);
  }
  return found;
}
