/** Where the functions of a powerpc kernel lie that say what a switch of address spaces does. */
import { execFileSync } from 'node:child_process';

/** Hexadecimal. */
export interface Addresses {
  readonly from: string;
  readonly to: string;
  /**
   * Where calls from within the kernel come in: behind the first instructions, which only others need (ELFv2's local
   * entry).
   */
  readonly entry: string;
  /** Where the address space is changed, behind the early return for threads of one process. */
  readonly change: string;
}

/** `value size FUNC binding visibility [<localentry>: n] section name`, after the number of the line. */
const FUNCTION = /^ *\d+: ([0-9a-f]+) +(\d+) FUNC +\S+ +\S+ +(?:\[<localentry>: (\d+)\] +)?\d+ (\S+)/gm;

export function addressesIn(kernel: string): Addresses {
  const text = execFileSync('readelf', ['--syms', '--wide', kernel], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const functions = new Map([...text.matchAll(FUNCTION)].map((match) => [match[4] as string, match]));
  const find = (name: string) => {
    const [, value, size, local = '0'] = functions.get(name) ?? [];
    if (value === undefined) throw new Error(`the kernel has no function ${name}`);
    const from = BigInt(`0x${value}`);
    return { from, to: from + BigInt(size as string), entry: from + BigInt(local) };
  };
  const { from, to, entry } = find('switch_mm_irqs_off');
  const { entry: change } = find('radix__switch_mmu_context');
  const [first, end, start, changed] = [from, to, entry, change].map((address) => address.toString(16));
  return { from: first, to: end, entry: start, change: changed } as Addresses;
}
