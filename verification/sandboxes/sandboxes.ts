/** The sandboxes: how a command is run in each, and what is to be found there. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Verdict } from '../../cli/diagnosis.js';
import { createBundle, PROFILE } from './container.js';
import type { Findings } from './program.js';

export interface Sandbox {
  readonly name: string;
  /** The command and its arguments that run these in it. */
  readonly wrap: (command: readonly string[]) => readonly string[];
  /** Why it cannot be had here. */
  readonly missing?: string | undefined;
  readonly expected: Partial<Findings>;
  readonly verdict: Verdict;
  readonly status: number;
}

const works: Partial<Findings> = {
  supported: true,
  registration: 'ok',
  barrier: 'ok',
  strategy: 'membarrier',
};

const refused = (code: string): Partial<Findings> => ({
  supported: false,
  registration: code,
  barrier: 'ERR_MEMBARRIER_NOT_REGISTERED',
  strategy: 'symmetric',
});

/** Whatever the sandbox: nothing is lost, everybody is noticed. */
export const always: Partial<Findings> = { heavy: 'ok', lost: 0, deaths: 3, readersLeft: 0, torn: 0 };

function missing(tool: string, debian: string): string | undefined {
  return spawnSync(tool, ['--version']).status === 0
    ? undefined
    : `${tool} is not installed: apt-get install ${debian}`;
}

function strace(how: string) {
  return {
    missing: missing('strace', 'strace'),
    wrap: (command: readonly string[]) => [
      ...['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=membarrier', '-e', `inject=membarrier:${how}`],
      ...command,
    ],
  };
}

function container(tool: 'runc' | 'crun', clone: string): Sandbox {
  const profile = existsSync(PROFILE)
    ? undefined
    : 'no seccomp profile: apt-get install golang-github-containers-common';
  const wrap = (command: readonly string[]) => {
    const name = `node-membarrier-${process.pid}-${Math.trunc(performance.now())}`;
    return [
      tool,
      ...(tool === 'crun' ? ['--cgroup-manager=disabled'] : []),
      'run',
      '--bundle',
      createBundle(command, clone),
      name,
    ];
  };
  return {
    name: `a container by ${tool}, Docker's seccomp profile`,
    missing: missing(tool, tool) ?? profile ?? whyNotStarted(tool, wrap(['/usr/bin/env', 'true'])),
    wrap,
    expected: works,
    verdict: 'available',
    status: 0,
  };
}

/** Some machines let no container start, whatever is in it. */
function whyNotStarted(tool: string, [command = '', ...args]: readonly string[]): string | undefined {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? undefined : `${tool} starts no container here: ${stderr.trim().split('\n').at(-1)}`;
}

export function sandboxesFor(clone: string): readonly Sandbox[] {
  const runsc = ['runsc', '--platform=ptrace', '--network=none', '--ignore-cgroups', 'do'];
  return [
    { name: 'none', wrap: (command) => command, expected: works, verdict: 'available', status: 0 },
    {
      name: '0 for every call',
      ...strace('retval=0'),
      expected: refused('ERR_MEMBARRIER_UNAVAILABLE'),
      verdict: 'untrusted',
      status: 3,
    },
    {
      name: 'EPERM for every call',
      ...strace('error=EPERM'),
      expected: refused('ERR_MEMBARRIER_BLOCKED'),
      verdict: 'blocked',
      status: 3,
    },
    {
      name: 'ENOSYS for every call',
      ...strace('error=ENOSYS'),
      expected: refused('ERR_MEMBARRIER_UNAVAILABLE'),
      verdict: 'unavailable',
      status: 1,
    },
    {
      // The third: after isSupported() and the call that has to be refused before the registration.
      name: 'a registration that is lost',
      ...strace('retval=0:when=3'),
      expected: works,
      verdict: 'available',
      status: 0,
    },
    {
      name: '400 microseconds for each call',
      ...strace('delay_enter=400'),
      expected: works,
      verdict: 'available',
      status: 0,
    },
    {
      name: 'gVisor',
      missing: missing('runsc', 'runsc'),
      wrap: (command) => [...runsc, ...command],
      expected: works,
      verdict: 'available',
      status: 0,
    },
    container('runc', clone),
    container('crun', clone),
  ];
}
