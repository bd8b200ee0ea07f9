/**
 * Where the threads of a pair run: apart, since two that share a CPU never race. On a busy machine the scheduler would
 * put them together.
 */
import { loaded } from '../addon/binding.js';

/**
 * Pins this thread to one of the CPUs that it may use, counted from 0 and over again; where it cannot, it stays free.
 */
export function pinThread(nth: number): void {
  const { binding } = loaded;
  if (binding === undefined) return;
  const cpus: number[] = [];
  for (let cpu = binding.allowedCpu(0); cpu >= 0; cpu = binding.allowedCpu(cpus.length)) cpus.push(cpu);
  const cpu = cpus[nth % cpus.length];
  if (cpu !== undefined) binding.pin(cpu);
}
