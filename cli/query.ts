/** `membarrier query`: what QUERY returns, called in a child process as in doctor. */

import { type CommandName, commandsIn } from '../lib/core/commands.js';
import { ENOSYS } from '../lib/core/errno.js';
import { errorFor } from '../lib/core/kernel-errors.js';
import type { Result } from '../terminal/result.js';
import type { Verdict } from './diagnosis.js';
import { exitStatus } from './exit-status.js';
import { type Finding, probe } from './probe.js';

/** The verdict that follows from QUERY. */
function verdictOf({ answer = -ENOSYS, fatal, unavailable, failed }: Finding): Verdict {
  if (unavailable !== undefined || failed !== undefined) return 'unavailable';
  if (fatal !== undefined) return 'killed';
  if (answer >= 0) return 'available';
  return answer === -ENOSYS ? 'unavailable' : 'blocked';
}

export async function query({ json }: { json: boolean }): Promise<Result> {
  const finding = (await probe(['QUERY'])).get('QUERY') ?? {};
  const { answer = -ENOSYS, fatal, unavailable, failed } = finding;
  const verdict = verdictOf(finding);
  const cause = unavailable ?? failed;
  if (cause !== undefined) return failure(json, verdict, cause);
  if (fatal !== undefined) return failure(json, verdict, `a sandbox kills the caller of QUERY (${fatal})`);
  if (answer >= 0) return { output: render(json, answer, ['QUERY', ...commandsIn(answer)]), status: 0 };
  return failure(json, verdict, errorFor('QUERY', answer).message);
}

function render(json: boolean, mask: number, commands: readonly CommandName[]): string {
  if (json) return JSON.stringify({ mask, commands }, null, 2);
  return [`0x${mask.toString(16)}`, ...commands].join('\n');
}

function failure(json: boolean, verdict: Verdict, message: string): Result {
  const output = json ? JSON.stringify({ error: message }, null, 2) : `membarrier: ${message}`;
  return { output, status: exitStatus(verdict), toStderr: !json };
}
