/**
 * The functions that V8 compiles, as it prints them with --print-opt-code, --print-maglev-code and --print-wasm-code.
 * Only x64's instructions are taken apart.
 */

export interface MachineCode {
  readonly name: string;
  /** In lower case: turbofan, maglev, liftoff. */
  readonly compiler: string;
  readonly instructions: readonly Instruction[];
}

export interface Instruction {
  /** From the function's first byte. */
  readonly at: number;
  readonly mnemonic: string;
  /** The destination comes first. */
  readonly operands: readonly string[];
  /** Where a jump goes to within the function, as `at`. */
  readonly target: number | undefined;
  /** What V8 says of an object whose address the instruction contains. */
  readonly object: string | undefined;
}

/** JavaScript's have an equals sign in their header, WebAssembly's a colon. */
const header = /^(name|compiler)(?: =|:) ?(.*)$/;

export function parsePrintedCode(output: string): MachineCode[] {
  const codes: (MachineCode & { instructions: Instruction[] })[] = [];
  let heading = noHeading();
  for (const line of output.split('\n')) {
    const [, key, value] = header.exec(line) ?? [];
    if (key === 'name' || key === 'compiler') heading[key] = value as string;
    else if (line.startsWith('Instructions (')) {
      codes.push({ name: heading.name, compiler: heading.compiler.toLowerCase(), instructions: [] });
      heading = noHeading(); // since code of a whole file has no name
    } else codes.at(-1)?.instructions.push(...parseInstruction(line));
  }
  return codes.map(({ name, compiler, instructions }) => ({
    name,
    compiler,
    instructions: withConstants(instructions),
  }));
}

/**
 * A constant of 64 bits that is needed again V8 loads from the instruction that has it, relative to the instruction
 * pointer. Whether an address has so many depends on where malloc() found room. Here it is written out.
 */
function withConstants(instructions: readonly Instruction[]): Instruction[] {
  return instructions.map((instruction, i) => {
    const operands = instruction.operands.map((operand) => {
      const distance = /^\[rip\+0x([\da-f]+)\]$/.exec(operand)?.[1];
      const following = instructions[i + 1]?.at;
      if (distance === undefined || following === undefined) return operand;
      const place = following + (Number.parseInt(distance, 16) | 0);
      const holder = instructions.findLast(({ at }) => at < place);
      return holder?.operands.find((constant) => constant.startsWith('0x')) ?? operand;
    });
    return { ...instruction, operands };
  });
}

function noHeading() {
  return { name: '', compiler: '' };
}

/** Its address, its place, its bytes, the instruction, remarks. Nothing where the line is something else. */
const instruction = /^0x[\da-f]+ +([\da-f]+) {2}[\da-f]+ +(?:REX\.W )?(\S+) ?(.*)$/;

function parseInstruction(line: string): Instruction[] {
  const [, at, mnemonic, rest] = instruction.exec(line) ?? [];
  if (at === undefined || mnemonic === undefined || rest === undefined) return [];
  const operands = rest.replace(/( {2}| \(|;;).*$/, '').split(',');
  const target = /<\+0x([\da-f]+)>/.exec(rest)?.[1];
  return [
    {
      at: Number.parseInt(at, 16),
      mnemonic,
      operands: operands.map((operand) => operand.trim()),
      target: target === undefined ? undefined : Number.parseInt(target, 16),
      object: /;; object: \w+ (<.*>)/.exec(rest)?.[1],
    },
  ];
}
