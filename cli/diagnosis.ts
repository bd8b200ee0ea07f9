/** What doctor concludes, from a probe of every command. */

import {
  Command,
  type CommandName,
  commandNames,
  needsRegistration,
  registerCommandOf,
  registrables,
  since,
} from '../lib/core/commands.js';
import { EINVAL, ENOSYS, errnoName } from '../lib/core/errno.js';
import { errorFor } from '../lib/core/kernel-errors.js';
import { type Finding, probe } from './probe.js';

/**
 * `unsupported`: the kernel does not have the command. `denied`: it has, or may have it, and something refuses it.
 * `unregistrable`: something refuses its registration. `kills`: the call is fatal. `contradicts`: it succeeds as no
 * kernel lets it, so something answers in the kernel's place. `unknown`: the probe failed.
 */
export type Outcome = 'works' | 'unsupported' | 'denied' | 'unregistrable' | 'kills' | 'contradicts' | 'unknown';

/**
 * `available`: every command that the kernel has works. `restricted`: some do. `blocked`: none does. `killed`: none
 * does, and calls are fatal. `untrusted`: answers contradict each other. `unavailable`: there is no membarrier(2) to be
 * reached.
 */
export type Verdict = 'available' | 'restricted' | 'blocked' | 'killed' | 'untrusted' | 'unavailable';

export interface CommandReport {
  readonly command: CommandName;
  readonly number: number;
  /** The first Linux with it. */
  readonly since: string;
  /** Its bit in QUERY; null where QUERY does not answer. */
  readonly supported: boolean | null;
  readonly outcome: Outcome;
  /** What a call answers, registered where it can be: 'ok', an errno's name, how it killed, or '?'. */
  readonly answer: string;
  /** What a call answers in a process that has registered nothing, alike. */
  readonly unregistered: string;
  /** For what can be registered. */
  readonly registration: Registration | null;
  /** Median of a call; of a REGISTER command the first; no sibling running. null: none succeeded. */
  readonly nanoseconds: number | null;
  /** What no kernel does, if it did; or null. */
  readonly contradiction: string | null;
}

export interface Registration {
  /** Whether a call needs it. */
  readonly needed: boolean;
  /** Whether the kernel held it before we registered (libc may have), and after. null: the kernel does not tell. */
  readonly heldAtStart: boolean | null;
  readonly held: boolean | null;
}

export interface Diagnosis {
  readonly verdict: Verdict;
  /** Why membarrier(2) cannot be used, if so, or why nothing was found out. */
  readonly cause: string | null;
  readonly commands: readonly CommandReport[];
}

/** What is held is asked before anything is registered. */
const order: readonly CommandName[] = [...new Set<CommandName>(['QUERY', 'GET_REGISTRATIONS', ...commandNames])];

/** Probes all commands, in a fresh process: 0.3 s where calls take microseconds. */
export async function diagnose(): Promise<Diagnosis> {
  const findings = await probe(order);
  const query = findings.get('QUERY') ?? {};
  const cause = query.unavailable ?? query.failed ?? (query.fatal === 'no return' ? noReturn : undefined);
  if (cause !== undefined) return { verdict: query.fatal ? 'killed' : 'unavailable', cause, commands: [] };
  const heldAtStart = findings.get('GET_REGISTRATIONS')?.answer;
  const commands = commandNames.map((name) => reportOf(name, findings.get(name) ?? {}, query.answer, heldAtStart));
  if (commands.every(({ answer }) => answer === 'ENOSYS')) {
    return { verdict: 'unavailable', cause: errorFor('QUERY', -ENOSYS).message, commands: [] };
  }
  return { verdict: verdictOf(commands.map(({ outcome }) => outcome)), cause: null, commands };
}

/** Each further probe would hang as well, for ten seconds. */
const noReturn = 'QUERY did not return: a sandbox seems to kill the thread that calls it. Nothing else was probed';

function verdictOf(outcomes: readonly Outcome[]): Verdict {
  if (outcomes.includes('contradicts')) return 'untrusted';
  const refused = outcomes.filter((outcome) => outcome !== 'works' && outcome !== 'unsupported');
  if (refused.length === 0) return 'available';
  if (outcomes.includes('works')) return 'restricted';
  return refused.includes('kills') ? 'killed' : 'blocked';
}

function reportOf(command: CommandName, found: Finding, query?: number, heldAtStart?: number): CommandReport {
  // QUERY's number is 0: it is supported where it answers at all.
  const supported = command === 'QUERY' ? bit(query, -1) : bit(query, Command[command]);
  const fatal = found.answer === undefined ? found.fatal : undefined;
  const answer = fatal ?? nameOf(found.answer);
  const registration = registrationOf(command, found, heldAtStart);
  const contradiction = contradictionOf(command, found, supported, registration) ?? null;
  return {
    command,
    number: Command[command],
    since: since[command],
    supported,
    outcome: contradiction === null ? outcomeOf(command, supported, found) : 'contradicts',
    answer,
    unregistered: found.unregistered === undefined ? answer : nameOf(found.unregistered),
    registration,
    nanoseconds: found.nanoseconds ?? null,
    contradiction,
  };
}

/** A kernel offers in QUERY what it does, refuses what is unregistered, and holds what it has registered. */
function contradictionOf(
  command: CommandName,
  { answer = -1, unregistered = -1, registration: registered = -1 }: Finding,
  supported: boolean | null,
  registration: Registration | null,
): string | undefined {
  if (command === 'QUERY') return answer === 0 ? 'QUERY succeeds, and offers no command' : undefined;
  if (answer >= 0 && supported === false) return `${command} succeeds, though QUERY does not offer it`;
  if (registration === null) return undefined;
  if (registration.needed && unregistered >= 0 && registration.heldAtStart === false) {
    return `${command} succeeds before its registration`;
  }
  if (registered >= 0 && registration.held === false)
    return `${command} is registered, and the kernel does not hold it`;
  return undefined;
}

function outcomeOf(command: CommandName, supported: boolean | null, found: Finding): Outcome {
  const { answer, registration = 0, fatal, calling } = found;
  if (answer === undefined && fatal === undefined) return 'unknown';
  if (answer === undefined) return calling === command ? 'kills' : 'unregistrable';
  if (answer >= 0) return 'works';
  // No kernel with membarrier(2) is without QUERY.
  if (answer === -EINVAL && supported !== true && command !== 'QUERY') return 'unsupported';
  return registration < 0 && needsRegistration(command) ? 'unregistrable' : 'denied';
}

function registrationOf(command: CommandName, found: Finding, heldAtStart?: number): Registration | null {
  const registrable = registrables.find((name) => name === command);
  if (registrable === undefined) return null;
  const registered = Command[registerCommandOf(registrable)];
  return {
    needed: needsRegistration(registrable),
    heldAtStart: bit(heldAtStart, registered),
    held: bit(found.held, registered),
  };
}

function bit(mask: number | undefined, value: number): boolean | null {
  return mask === undefined || mask < 0 ? null : (mask & value) !== 0;
}

function nameOf(answer: number | undefined): string {
  if (answer === undefined) return '?';
  return answer >= 0 ? 'ok' : errnoName(answer);
}
