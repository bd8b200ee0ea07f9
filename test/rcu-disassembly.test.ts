/**
 * The read side of RCU in optimised code: the light fences are there, the accesses around them are in order, the slot is
 * stored by one instruction, and nothing is a full fence.
 */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { type Access, accessesOf, isFullFence } from './support/accesses.js';
import { runBare } from './support/fresh.js';
import { type MachineCode, parsePrintedCode } from './support/machine-code.js';

const skip = process.arch !== 'x64' && `only x64's instructions are understood, and this is ${process.arch}`;

/** Functions of domain.wat, by their numbers: the imported one comes first. */
const LOCK = 'wasm-function[5]';
const UNLOCK = 'wasm-function[6]';

async function printedCodes(): Promise<MachineCode[]> {
  const program = fileURLToPath(new URL('support/hot-rcu.js', import.meta.url));
  const flags = ['--print-wasm-code', '--no-liftoff', '--single-threaded'];
  const { status, stdout, stderr } = await runBare([...flags, program]);
  if (status !== 0) throw new Error(stderr);
  return parsePrintedCode(stdout).filter(({ compiler }) => compiler === 'turbofan');
}

/** The words by their addresses: those of the domain are constants, and those of the slot are relative to it. */
function nameOf({ address: { unknown, offset } }: Access): string | undefined {
  if (/^\[[^+\]]*\+\d+\]$/.test(unknown)) return { 0: 'fence', 128: 'STATE', 144: 'FLAG' }[offset];
  return /^\[[^+\]]*\+\d+\]\+/.test(unknown) && offset === 0 ? 'slot' : undefined;
}

function inOrder(code: MachineCode): string[] {
  return accessesOf(code).flatMap((access) => {
    const name = nameOf(access);
    return name === undefined ? [] : `${access.kind} ${name} ${access.bytes}`;
  });
}

const codes = skip ? [] : await printedCodes();

t.test('readLock(): the nested store, then the outermost one between STATE and the fence', { skip }, async (t) => {
  const [code] = codes.filter(({ name }) => name === LOCK) as [MachineCode];
  t.strictSame(inOrder(code), ['load slot 8', 'store slot 8', 'load STATE 8', 'store slot 8', 'load fence 4']);
  t.notOk(code.instructions.some(isFullFence));
});

t.test('readUnlock(): a fence on either side of the outermost store, then FLAG', { skip }, async (t) => {
  const [code] = codes.filter(({ name }) => name === UNLOCK) as [MachineCode];
  const order = inOrder(code);
  const outermost = ['load fence 4', 'store slot 8', 'load fence 4', 'load FLAG 4'];
  const from = order.indexOf('load fence 4');
  t.strictSame(order.slice(from, from + 4), outermost);
  const flag = accessesOf(code).find((access) => nameOf(access) === 'FLAG');
  t.notOk(
    code.instructions.some((instruction) => isFullFence(instruction) && instruction.at < (flag?.at ?? 0)),
    'no full fence before somebody is asleep',
  );
});
