/** Another process that keeps a CPU busy: whom a barrier of this one does not concern. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

export interface OtherProcess {
  stop(): Promise<void>;
}

export async function startOtherProcess(cpu: number): Promise<OtherProcess> {
  const path = fileURLToPath(new URL('busy-process.js', import.meta.url));
  const child = spawn(execPath, [path, String(cpu)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('no process'))),
  ]);
  return {
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
