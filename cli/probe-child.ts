/**
 * The child process of a probe: asks for the commands that its arguments name. It writes a line of JSON before and
 * after each call, so that the last line of a killed child names the call that killed it.
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
} from '../lib/core/commands.js';
import { UnavailableError } from '../lib/core/errors.js';
import { membarrier } from '../lib/core/membarrier.js';
import { REPORT_FD } from './child.js';
import type { Finding, Line } from './probe.js';

/** What a command's cost is measured by, in nanoseconds: the time for all, and for one batch of calls. */
const TIME = 20e6;
const BATCH = 100e3;

const [first, ...others] = argv.slice(2) as CommandName[];
const done = new Set<CommandName>();

if (first !== undefined) {
  try {
    probeHere(first);
    for (const command of others) if (!done.has(command)) probeHere(command);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    report(first, { unavailable: error.message });
  }
}

function probeHere(command: CommandName): void {
  if (isRegistrable(command)) probeRegistrable(command);
  else if (command.startsWith('REGISTER_')) register(command, command);
  else measure(command);
  finish(command);
}

/** Its registration is found out along with it, since it is the first. */
function probeRegistrable(command: Registrable): void {
  report(command, { unregistered: call(command, command).answer });
  if (needsRegistration(command)) registerFor(command);
  measure(command);
  if (!needsRegistration(command)) registerFor(command);
  report(command, { held: call(command, 'GET_REGISTRATIONS').answer });
}

function registerFor(command: Registrable): void {
  const registration = registerCommandOf(command);
  if (!others.includes(registration)) return; // it ended the child before
  report(command, { registration: register(command, registration) });
  finish(registration);
}

function register(of: CommandName, command: CommandName): number {
  const { answer, nanoseconds } = call(of, command);
  report(command, answer < 0 ? { answer } : { answer, nanoseconds });
  return answer;
}

function measure(command: CommandName): void {
  const { answer } = call(command, command);
  report(command, { answer });
  if (answer >= 0) report(command, { nanoseconds: medianCost(command) });
}

/** `of`: the command that the call is made for. */
function call(of: CommandName, command: CommandName): { answer: number; nanoseconds: number } {
  report(of, { calling: command });
  const start = hrtime.bigint();
  const answer = membarrier.raw(Command[command]);
  return { answer, nanoseconds: Number(hrtime.bigint() - start) };
}

/**
 * The median of batches' means. As many as there is time for, and three at least: a call may take 0.2 microseconds or
 * 30 milliseconds.
 */
function medianCost(command: CommandName): number {
  const means: number[] = [];
  const end = Number(hrtime.bigint()) + TIME;
  let calls = 1;
  while (means.length < 3 || Number(hrtime.bigint()) < end) {
    const mean = batchMean(Command[command], calls);
    means.push(mean);
    calls = Math.max(1, Math.min(500, Math.round(BATCH / mean)));
  }
  return means.sort((a, b) => a - b)[means.length >> 1] as number;
}

function batchMean(command: number, calls: number): number {
  const start = hrtime.bigint();
  for (let i = 0; i < calls; i++) membarrier.raw(command);
  return Number(hrtime.bigint() - start) / calls;
}

function finish(command: CommandName): void {
  done.add(command);
  write({ command, done: true });
}

function report(command: CommandName, finding: Finding): void {
  write({ command, ...finding });
}

function write(line: Line): void {
  writeSync(REPORT_FD, `${JSON.stringify(line)}\n`);
}

function isRegistrable(command: CommandName): command is Registrable {
  return (registrables as readonly CommandName[]).includes(command);
}
