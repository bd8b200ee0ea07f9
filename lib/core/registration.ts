/**
 * Registration, and the barriers it yields. Registration-before-use is enforced here, from the process-wide record and
 * without a system call, so that a program that forgot to register fails alike on every libc, kernel and architecture.
 */

import { type Binding, loaded } from '../addon/binding.js';
import { checkRegistrable } from './arguments.js';
import { type Barrier, createBarrier } from './barrier.js';
import { Command, needsRegistration, type Registrable, registerCommandOf, registrables } from './commands.js';
import { EPERM } from './errno.js';
import { asSystemError, NotRegisteredError } from './errors.js';
import { errorFor } from './kernel-errors.js';
import { requireBinding } from './syscall.js';

/** What NotRegisteredError says; written once, since a refused call should cost little more than its error. */
const messages = Object.fromEntries(
  registrables.map((command) => [
    command,
    `${command} was called before its registration. Call membarrier.register('${command}') or ` +
      `registerSync('${command}') first, once per process, in any thread`,
  ]),
) as Record<Registrable, string>;

/** This thread's barriers. An entry is also the memory that the record has the bit, which is never cleared. */
const barriers: { [C in Registrable]?: Barrier<C> } = {};

// Those that other threads registered before this one started are there from the first call on.
for (const command of registrables.filter(isRegistered)) barrierOf(loaded.binding as Binding, command);

/** Not an async function, whose first call takes longer: this one is often the first that a program makes. */
export function register<C extends Registrable>(command: C): Promise<Barrier<C>> {
  try {
    checkRegistrable(command);
    const binding = requireBinding(command);
    if (needsRegistration(command) && inRecord(binding, command)) return Promise.resolve(barrierOf(binding, command));
    return binding.registerAsync(Command[command]).then((answer) => barrierOrThrow(binding, command, answer));
  } catch (error) {
    return Promise.reject(error);
  }
}

export function registerSync<C extends Registrable>(command: C): Barrier<C> {
  checkRegistrable(command);
  const binding = requireBinding(command);
  return barrierOrThrow(binding, command, binding.register(Command[command]));
}

function barrierOrThrow<C extends Registrable>(binding: Binding, command: C, answer: number): Barrier<C> {
  if (answer !== 0) throw errorFor(registerCommandOf(command), answer);
  return barrierOf(binding, command);
}

export function isRegistered(command: Registrable): boolean {
  checkRegistrable(command);
  return loaded.binding !== undefined && inRecord(loaded.binding, command);
}

/** The barrier of a command that some thread has registered; otherwise NotRegisteredError, and no system call. */
export function requireRegistered<C extends Registrable>(command: C): Barrier<C> {
  const known = barriers[command];
  if (known !== undefined) return known;
  const binding = requireBinding(command);
  if (!inRecord(binding, command)) {
    const error = new NotRegisteredError(messages[command]);
    throw asSystemError(error, 'ERR_MEMBARRIER_NOT_REGISTERED', -EPERM, command);
  }
  return barrierOf(binding, command);
}

function inRecord(binding: Binding, command: Registrable): boolean {
  return (binding.record() & Command[command]) !== 0;
}

function barrierOf<C extends Registrable>(binding: Binding, command: C): Barrier<C> {
  const barrier: Barrier<C> = barriers[command] ?? createBarrier(binding, command);
  Object.assign(barriers, { [command]: barrier });
  return barrier;
}
