/**
 * The child process of a probe. It writes a line of JSON before and after each call, so that the last line of a killed
 * child names the call that killed it.
 */
import { writeSync } from 'node:fs';
import { argv, hrtime } from 'node:process';
import {
  Command,
  type CommandName,
  needsRegistration,
  type Registrable,
  registerCommandOf,
  registrables,
} from '../commands.js';
import { UnavailableError } from '../errors.js';
import { membarrier } from '../membarrier.js';
import { type Finding, REPORT_FD } from './probe.js';

try {
  probeHere(argv[2] as CommandName);
} catch (error) {
  if (!(error instanceof UnavailableError)) throw error;
  report({ unavailable: error.message });
}

function probeHere(command: CommandName): void {
  if (isRegistrable(command)) {
    report({ unregistered: call(command).answer });
    if (needsRegistration(command)) register(command);
    measure(command);
    if (!needsRegistration(command)) register(command);
    report({ held: call('GET_REGISTRATIONS').answer });
  } else {
    measure(command);
  }
}

function register(command: Registrable): void {
  report({ registration: call(registerCommandOf(command)).answer });
}

function measure(command: CommandName): void {
  const { answer, nanoseconds } = call(command);
  report({ answer });
  if (answer < 0) return;
  const once = command.startsWith('REGISTER_');
  report({ nanoseconds: once ? nanoseconds : medianCost(command) });
}

function call(command: CommandName): { answer: number; nanoseconds: number } {
  report({ calling: command });
  const start = hrtime.bigint();
  const answer = membarrier.raw(Command[command]);
  return { answer, nanoseconds: Number(hrtime.bigint() - start) };
}

/** The median of batches' means; enough batches that most run optimised code, and few for GLOBAL, which waits. */
function medianCost(command: CommandName): number {
  const [batches, calls] = command === 'GLOBAL' ? [3, 1] : [60, 500];
  const means = Array.from({ length: batches }, () => batchMean(Command[command], calls));
  return means.sort((a, b) => a - b)[means.length >> 1] as number;
}

function batchMean(command: number, calls: number): number {
  const start = hrtime.bigint();
  for (let i = 0; i < calls; i++) membarrier.raw(command);
  return Number(hrtime.bigint() - start) / calls;
}

function report(finding: Finding): void {
  writeSync(REPORT_FD, `${JSON.stringify(finding)}\n`);
}

function isRegistrable(command: CommandName): command is Registrable {
  return (registrables as readonly CommandName[]).includes(command);
}
