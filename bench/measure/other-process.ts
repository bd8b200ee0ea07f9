/** Another process that keeps a CPU busy: whom a barrier of this one does not concern. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execPath } from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export type Occupation = 'runs' | 'issues barriers';

export interface OtherProcess {
  /** Lets it have a CPU while `run` runs, and not otherwise, from the first time on. */
  readonly during: <T>(run: () => T) => T;
  stop(): Promise<void>;
}

export async function startOtherProcess(cpu: number, occupation: Occupation): Promise<OtherProcess> {
  const path = fileURLToPath(new URL('busy-process.js', import.meta.url));
  const child = spawn(execPath, [path, String(cpu), occupation], { stdio: ['ignore', 'pipe', 'pipe'] });
  const complaint = text(child.stderr);
  const failed = once(child, 'exit').then(async () => Promise.reject(new Error((await complaint).trim())));
  await Promise.race([once(child.stdout, 'data'), failed]);
  failed.catch(() => {}); // its end is ours from here on
  return {
    during(run) {
      child.kill('SIGCONT');
      const answer = run();
      child.kill('SIGSTOP');
      return answer;
    },
    async stop() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}
