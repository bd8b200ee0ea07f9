/**
 * A container by runc or crun, under the seccomp profile that Docker and Podman use by default: it sees this machine's
 * programs and the clone, and nothing else. Docker's profile says which rules are for which architecture and
 * capability; a container has those without.
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { arch, env, execPath } from 'node:process';

/** From Debian's golang-github-containers-common. */
export const PROFILE = '/usr/share/containers/seccomp.json';

interface Rule {
  readonly names: readonly string[];
  readonly action: string;
  readonly args?: unknown;
  readonly errnoRet?: number;
  readonly includes?: { readonly caps?: readonly string[]; readonly arches?: readonly string[] };
}

interface Profile {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly syscalls: readonly Rule[];
}

const architectures: Record<string, readonly [docker: string, oci: string]> = {
  x64: ['amd64', 'SCMP_ARCH_X86_64'],
  arm64: ['arm64', 'SCMP_ARCH_AARCH64'],
};

/** A bundle that runs a command; its folder. */
export function createBundle(args: readonly string[], clone: string): string {
  const bundle = mkdtempSync(join(tmpdir(), 'node-membarrier-bundle-'));
  mkdirSync(join(bundle, 'rootfs'));
  const { PATH } = env;
  const namespaces = ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type }));
  const config = {
    ociVersion: '1.0.0',
    process: { args, cwd: '/', env: [`PATH=${PATH}`], noNewPrivileges: true, user: { uid: 0, gid: 0 } },
    root: { path: 'rootfs' },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      ...['/usr', '/bin', '/lib', '/lib64', dirname(execPath), clone].map(bind),
    ],
    linux: { namespaces, seccomp: seccomp() },
  };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  return bundle;
}

function bind(path: string) {
  return { destination: path, type: 'bind', source: realpathSync(path), options: ['rbind', 'ro'] };
}

function seccomp(): unknown {
  const { defaultAction, defaultErrnoRet, syscalls } = JSON.parse(readFileSync(PROFILE, 'utf8')) as Profile;
  const [docker, oci] = architectures[arch] ?? [arch, `SCMP_ARCH_${arch.toUpperCase()}`];
  const isOurs = ({ includes: { caps = [], arches } = {} }: Rule) =>
    caps.length === 0 && (arches === undefined || arches.includes(docker));
  const rules = syscalls.filter(isOurs).map(({ names, action, args, errnoRet }) => ({ names, action, args, errnoRet }));
  return { defaultAction, defaultErrnoRet, architectures: [oci], syscalls: rules };
}
