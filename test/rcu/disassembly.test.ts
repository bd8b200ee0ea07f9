/**
 * The read side of RCU in optimised code: the light fences are there, the accesses around them are in order, the slot
 * is stored by one instruction, and nothing is a full fence.
 */
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Strategy } from '../../lib/fence/fence-strategy.js';
import { type Access, accessesOf, isFullFence } from '../support/machine-code/accesses.js';
import type { MachineCode } from '../support/machine-code/machine-code.js';
import { printedCodes } from '../support/machine-code/printed-code.js';

const skip = process.arch !== 'x64' && `only x64's instructions are understood, and this is ${process.arch}`;

/** Functions of domain.wat, by their numbers: the imported one comes first. */
const LOCK = 'wasm-function[5]';
const UNLOCK = 'wasm-function[6]';

function codesOf(strategy: Strategy): MachineCode[] {
  const program = fileURLToPath(new URL('../support/machine-code/hot-rcu.js', import.meta.url));
  const flags = ['--print-wasm-code', '--no-liftoff', '--single-threaded'];
  return printedCodes(flags, program, strategy).filter(({ compiler }) => compiler === 'turbofan');
}

/** The words by their addresses: those of the domain are constants, and those of the slot are relative to it. */
function nameOf({ address: { unknown, offset } }: Access): string | undefined {
  if (/^\[[^+\]]*\+\d+\]$/.test(unknown)) return { 0: 'fence', 128: 'STATE' }[offset];
  return /^\[[^+\]]*\+\d+\]\+/.test(unknown) ? { 0: 'slot', 16: 'WAIT_WORD' }[offset] : undefined;
}

function inOrder(code: MachineCode): string[] {
  return accessesOf(code).flatMap((access) => {
    const name = nameOf(access);
    return name === undefined ? [] : `${access.kind} ${name} ${access.bytes}`;
  });
}

const codes = skip ? [] : codesOf('membarrier');

t.test('readLock(): the nested store, then the outermost one between STATE and the fence', { skip }, async (t) => {
  const [code] = codes.filter(({ name }) => name === LOCK) as [MachineCode];
  t.strictSame(inOrder(code), ['load slot 8', 'store slot 8', 'load STATE 8', 'store slot 8', 'load fence 4']);
  t.notOk(code.instructions.some(isFullFence));
});

t.test('readUnlock(): a fence on either side of the outermost store, then WAIT_WORD', { skip }, async (t) => {
  const [code] = codes.filter(({ name }) => name === UNLOCK) as [MachineCode];
  const order = inOrder(code);
  const outermost = ['load fence 4', 'store slot 8', 'load fence 4', 'load WAIT_WORD 1'];
  const from = order.indexOf('load fence 4');
  t.strictSame(order.slice(from, from + 4), outermost);
  const waitWord = accessesOf(code).find((access) => nameOf(access) === 'WAIT_WORD');
  t.notOk(
    code.instructions.some((instruction) => isFullFence(instruction) && instruction.at < (waitWord?.at ?? 0)),
    'no full fence before somebody is asleep',
  );
});

t.test('in the symmetric strategy there is a full fence in each place', { skip }, async (t) => {
  const symmetric = codesOf('symmetric');
  const fencesOf = (name: string) => symmetric.find((code) => code.name === name)?.instructions.filter(isFullFence);
  // Each is an atomic.fence and, for s390x alone, a compare-and-swap.
  t.equal(fencesOf(LOCK)?.length, 2);
  // And another one, the update of WAIT_WORD that wakes.
  t.equal(fencesOf(UNLOCK)?.length, 5);
});
