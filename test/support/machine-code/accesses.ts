/**
 * What a function's machine code does to memory, in the order of the code: loads, stores, and calls of WebAssembly.
 *
 * Registers are followed from the top of the code to its end, as if it did not jump: enough to know the address of an
 * access and whom a call reaches, since V8 puts what is seldom executed at the end. x64 only.
 */
import type { Instruction, MachineCode } from './machine-code.js';

export interface Access {
  /** Of the instruction. */
  readonly at: number;
  readonly kind: 'load' | 'store' | 'update' | 'call';
  readonly bytes: number;
  /** Of what is accessed; a call has none. */
  readonly address: Value;
}

/** A number, plus what is not known: how a register got its value, or nothing. */
interface Value {
  readonly unknown: string;
  readonly offset: number;
}

export function accessesOf({ instructions }: MachineCode): Access[] {
  const registers = new Registers();
  return instructions.flatMap((instruction) => {
    const accesses = accessIn(instruction, registers);
    registers.follow(instruction);
    return accesses;
  });
}

/** Those among them that may be executed again and again. */
export function accessesInLoops(code: MachineCode): Access[] {
  const next = successors(code.instructions);
  return accessesOf(code).filter(({ at }) => comesBackTo(at, next));
}

/** Where each instruction may lead, within the function. */
function successors(instructions: readonly Instruction[]): Map<number, number[]> {
  return new Map(
    instructions.map(({ at, mnemonic, target }, i) => {
      const following = /^(jmp|ret|int3)/.test(mnemonic) ? undefined : instructions[i + 1]?.at;
      return [at, [following, target].filter((at) => at !== undefined)];
    }),
  );
}

function comesBackTo(start: number, next: ReadonlyMap<number, readonly number[]>): boolean {
  const reached = new Set(next.get(start));
  // A set that grows while it is gone through is gone through to its end.
  for (const at of reached) for (const further of next.get(at) ?? []) reached.add(further);
  return reached.has(start);
}

/** Whether an instruction is a full fence: of those that lock the bus, `xchg` needs no prefix. */
export function isFullFence({ mnemonic, operands }: Instruction): boolean {
  return /^(mfence|lock)/.test(mnemonic) || (mnemonic.startsWith('xchg') && operands.some(isMemory));
}

function accessIn({ at, mnemonic, operands }: Instruction, registers: Registers): Access[] {
  if (mnemonic === 'call') return registers.callsWebAssembly(operands[0] as string) ? [{ at, ...call }] : [];
  const index = mnemonic.startsWith('lea') ? -1 : operands.findIndex(isMemory);
  if (index === -1) return [];
  const size = /^mov[sz]x([bw])/.exec(mnemonic)?.[1] ?? mnemonic.slice(-1);
  const bytes = { b: 1, w: 2, l: 4, q: 8 }[size] ?? 0;
  return [{ at, kind: kindOf(mnemonic, index), bytes, address: registers.addressOf(operands[index] as string) }];
}

const call = { kind: 'call', bytes: 0, address: { unknown: 'nowhere', offset: 0 } } as const;

function kindOf(mnemonic: string, index: number): 'load' | 'store' | 'update' {
  if (index > 0 || /^(cmp|test)/.test(mnemonic)) return 'load';
  return mnemonic.startsWith('mov') ? 'store' : 'update';
}

function isMemory(operand: string): boolean {
  return operand.startsWith('[');
}

/** What registers hold, and the words of the frame that they are kept in meanwhile. */
class Registers {
  readonly #held = new Map<string, Value>();
  #unknowns = 0;

  /** Of an operand in brackets: registers, perhaps scaled, and a displacement. */
  addressOf(operand: string): Value {
    const terms = operand.slice(1, -1).match(/[+-]?[^+-]+/g) ?? [];
    return terms.map((term) => this.#termOf(term)).reduce(sum);
  }

  /**
   * Either by the address in the object of the function, or, as JavaScript calls any function, with that object in rdi.
   */
  callsWebAssembly(operand: string): boolean {
    if (/^(0x|\[r13)/.test(operand)) return false; // a part of V8
    const callee = isMemory(operand) ? this.addressOf(operand) : this.#valueOf(operand);
    return [callee, this.#valueOf('rdi')].some(({ unknown }) => unknown.includes('<JSFunction js-to-wasm'));
  }

  follow({ mnemonic, operands: [to = '', from = ''], object }: Instruction): void {
    if (mnemonic === 'call') this.#forget();
    else if (object !== undefined) this.#held.set(to, { unknown: object, offset: 0 });
    else if (!/^(cmp|test|push|j|nop)/.test(mnemonic) && (isInFrame(to) || !isMemory(to))) {
      this.#held.set(to, this.#resultOf(mnemonic, to, from));
    }
  }

  #resultOf(mnemonic: string, to: string, from: string): Value {
    if (mnemonic.startsWith('mov')) return this.#valueOf(from);
    if (mnemonic.startsWith('lea')) return this.addressOf(from);
    if (mnemonic.startsWith('add')) return sum(this.#valueOf(to), this.#valueOf(from));
    if (mnemonic.startsWith('xor') && to === from) return { unknown: '', offset: 0 };
    return this.#something();
  }

  #valueOf(operand: string): Value {
    if (operand.startsWith('0x')) return { unknown: '', offset: Number(operand) };
    const held = this.#held.get(operand);
    if (held !== undefined) return held;
    if (isMemory(operand) && !isInFrame(operand)) return loaded(this.addressOf(operand));
    const first = this.#something();
    this.#held.set(operand, first);
    return first;
  }

  #termOf(term: string): Value {
    const [, sign, name = '', scale = '1'] = /^([+-]?)([^*]+)(?:\*(\d))?$/.exec(term) ?? [];
    const { unknown, offset } = this.#valueOf(name);
    const times = Number(scale) * (sign === '-' ? -1 : 1);
    return { unknown: unknown === '' || times === 1 ? unknown : `${unknown}*${times}`, offset: offset * times };
  }

  /** A call keeps the frame, and no register. */
  #forget(): void {
    for (const name of this.#held.keys()) if (!isMemory(name)) this.#held.delete(name);
  }

  #something(): Value {
    this.#unknowns++;
    return { unknown: `?${this.#unknowns}`, offset: 0 };
  }
}

function isInFrame(operand: string): boolean {
  return /^\[r[bs]p/.test(operand);
}

function sum(a: Value, b: Value): Value {
  return { unknown: [a.unknown, b.unknown].filter((unknown) => unknown !== '').join('+'), offset: a.offset + b.offset };
}

function loaded({ unknown, offset }: Value): Value {
  return { unknown: `[${unknown}+${offset}]`, offset: 0 };
}
