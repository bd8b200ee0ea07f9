/**
 * Finds out what commands do on this machine, in a child process. The child has registered nothing, and if a sandbox
 * kills it, that is a finding. One child tries all commands, one after the other. If a call ends it, another child goes
 * on.
 */
import type { CommandName } from '../lib/core/commands.js';
import { runChild } from './child.js';

/** What the child found of a command. Answers are the kernel's: its value, or -errno. */
export interface Finding {
  /** Why membarrier(2) cannot be reached at all. */
  readonly unavailable?: string;
  /** Why nothing could be found out. */
  readonly failed?: string;
  /** How the call `calling` ended the child: by a signal, or by never returning. */
  readonly fatal?: string;
  readonly calling?: CommandName;
  /** The answer of a command that can be registered, before its registration. */
  readonly unregistered?: number;
  /** The answer of its REGISTER command. */
  readonly registration?: number;
  /** The answer of the command, registered where it can be. */
  readonly answer?: number;
  /** Of a call: the median; of a REGISTER command, the first call. Without a running sibling. */
  readonly nanoseconds?: number;
  /** The answer of GET_REGISTRATIONS after all this. */
  readonly held?: number;
}

export type Findings = ReadonlyMap<CommandName, Finding>;

/** A line that the child writes: more of what it found of a command. */
export interface Line extends Finding {
  readonly command: CommandName;
  /** All is found. */
  readonly done?: true;
}

/**
 * Asks for the commands in this order. Where QUERY does not return, or the child cannot work at all, nothing else is
 * asked. 0.3 s where calls take microseconds; 10 s more for each call that never returns.
 */
export async function probe(commands: readonly CommandName[]): Promise<Findings> {
  const findings = new Map<CommandName, Finding>();
  for (let left = commands; left.length > 0; ) {
    const end = await ask(left, findings);
    if (end === undefined) return findings;
    const { command, ...how } = end;
    const found: Finding = { ...findings.get(command), ...how };
    findings.set(command, found);
    const fatalRegistration = found.calling !== command ? found.calling : undefined;
    if (fatalRegistration?.startsWith('REGISTER_'))
      findings.set(fatalRegistration, { ...how, calling: fatalRegistration });
    if (found.fatal === undefined || (command === 'QUERY' && found.fatal === NO_RETURN)) return findings;
    left = left.filter((name) => !isDone(findings.get(name)));
  }
  return findings;
}

const NO_RETURN = 'no return';

/** How the child ended, if not well, and at which command. */
type End = { readonly command: CommandName } & Pick<Finding, 'unavailable' | 'failed' | 'fatal'>;

/** What is known of a command is all there is to be known. */
function isDone(finding: (Finding & { done?: true }) | undefined): boolean {
  return finding !== undefined && (finding.done === true || finding.fatal !== undefined);
}

/** Adds what a child finds. Answers how it ended, if it has not come to the end of the commands. */
async function ask(commands: readonly CommandName[], findings: Map<CommandName, Finding>): Promise<End | undefined> {
  let last = commands[0] as CommandName;
  try {
    const { status, signal, silent, stderr } = await runChild<Line>('probe-child.js', commands, (line) => {
      const { command, ...found } = line;
      last = command;
      findings.set(command, { ...findings.get(command), ...found });
    });
    const finding = findings.get(last);
    if (status === 0) return finding?.unavailable === undefined ? undefined : { command: last };
    // A time-out after an answer is no call that does not return.
    if (silent && finding?.calling !== undefined) return { command: last, fatal: NO_RETURN };
    if (signal !== null) return { command: last, fatal: signal };
    return { command: last, failed: `the child process to probe in ended with ${status}: ${stderr}` };
  } catch (error) {
    // Also thrown by spawn() itself, by the permission model.
    return { command: last, failed: `no child process to probe in: ${(error as Error).message}` };
  }
}
