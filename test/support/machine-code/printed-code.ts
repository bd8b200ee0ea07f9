/** Runs a program for the code that V8 prints of it. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { type MachineCode, parsePrintedCode } from './machine-code.js';

/** Into a file: of what V8 prints to a pipe whose reader is slow, it loses some. */
export function printedCodes(flags: readonly string[], program: string, ...args: readonly string[]): MachineCode[] {
  const folder = mkdtempSync(join(tmpdir(), 'node-membarrier-'));
  const path = join(folder, 'code');
  const file = openSync(path, 'w');
  try {
    // Nothing in its environment, where the test runner would put its loaders.
    const command = ['-i', execPath, ...flags, program, ...args];
    const { status, stderr } = spawnSync('env', command, { stdio: ['ignore', file, 'pipe'], encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return parsePrintedCode(readFileSync(path, 'utf8'));
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}
