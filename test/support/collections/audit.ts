/**
 * Accounts for every byte of a collection's memory: walks all blocks, and finds each of them in exactly one place. No
 * thread may change the collection meanwhile.
 */
import { instantiateTable, type Steps } from '../../../lib/collections/steps.js';
import { RcuDomain, type RcuHandle } from '../../../lib/rcu/index.js';

export interface Audit {
  /** What is wrong: nothing, as a rule. */
  readonly faults: readonly string[];
  /** Keys that are in the array of entries. */
  readonly keys: number;
  /** In free blocks. */
  readonly lostBytes: number;
}

export interface OpenedTable {
  readonly at: number;
  readonly steps: Steps;
  readonly memory: WebAssembly.Memory;
}

export function openedTable(handle: unknown): OpenedTable {
  const domain = RcuDomain.attach(handle as RcuHandle);
  const { memory, data } = domain.imports;
  return { at: data, steps: instantiateTable(memory, domain.strategy), memory };
}

export function audit(handle: unknown): Audit {
  return auditOf(openedTable(handle));
}

export function auditOf({ at, steps }: OpenedTable): Audit {
  const word = (offset: number) => steps.load(at + offset) >>> 0;
  const faults: string[] = [];
  const blocks = new Map<number, { readonly size: number; place: string | undefined }>();
  for (let block = word(steps.HEAP.value); block < word(steps.TOP.value); ) {
    const size = sizeOf(steps.load(block + steps.META.value) >>> 8);
    blocks.set(block, { size, place: undefined });
    block += size;
  }
  const put = (block: number, place: string) => {
    const known = blocks.get(block);
    if (known === undefined) faults.push(`${place}: ${block} is no block`);
    else if (known.place !== undefined) faults.push(`${block} is in ${known.place} and ${place}`);
    else known.place = place;
  };
  const putList = (first: number, place: string) => {
    for (let block = first; block !== 0; block = steps.load(block + steps.LINK.value) >>> 0) put(block, place);
  };
  const [base, capacity] = arrayOf(steps, at);
  put(base - steps.PAYLOAD.value, 'the array');
  let keys = 0;
  for (let i = 0; i < capacity; i++) {
    const record = steps.load(base + i * 8) >>> 0;
    if (record <= 1) continue;
    put(record, 'an entry');
    keys++;
  }
  putList(word(steps.OPEN.value), 'OPEN');
  putList(word(steps.WAITING.value), 'WAITING');
  for (let size = 0; size < 512; size++) putList(word(steps.FREE.value + size * 4), 'FREE');
  for (const place of ['RESERVED', 'SPARE'] as const)
    if (word(steps[place].value) !== 0) put(word(steps[place].value), place);
  const sum = (place: string | undefined) =>
    [...blocks.values()].reduce((sum, block) => sum + (block.place === place ? block.size : 0), 0);
  const compare = (what: string, counted: number, found: number) => {
    if (counted !== found) faults.push(`${what}: ${counted} are counted, ${found} are there`);
  };
  compare('COUNT', word(steps.COUNT.value), keys);
  compare('LIVE_BYTES', steps.count(at + steps.LIVE_BYTES.value), sum('an entry'));
  compare('RETIRED_BYTES', steps.count(at + steps.RETIRED_BYTES.value), sum('OPEN') + sum('WAITING'));
  compare('ARRAY_BYTES', steps.count(at + steps.ARRAY_BYTES.value), sum('the array'));
  return { faults, keys, lostBytes: sum(undefined) };
}

/** Of a class of sizes, as table.wat has them. */
function sizeOf(number: number): number {
  return number <= 32 ? number * 8 : (17 + ((number - 33) & 15)) * 2 ** (4 + ((number - 33) >> 4));
}

function arrayOf(steps: Steps, at: number): readonly [base: number, capacity: number] {
  const base = steps.load(at + steps.CURRENT.value) >>> 0;
  return [base, 2 ** (32 - steps.load(at + steps.CURRENT.value + 4))];
}
