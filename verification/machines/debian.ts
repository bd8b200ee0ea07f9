/**
 * Packages of another architecture, from the mirror that this machine uses, into folders of our own: nothing is
 * installed, and the machine's own package lists are not touched. apt checks signatures and sums.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Of Debian's own, and not of its security updates or of other vendors. */
async function mirror(): Promise<string> {
  const { stdout } = await execute('apt-get', ['indextargets', '--format', '$(SITE) $(ORIGIN)']);
  const sites = stdout.split('\n').filter((line) => line.endsWith(' Debian') && !line.includes('-security'));
  const [site] = sites[0]?.split(' ') ?? [];
  if (site === undefined) throw new Error('apt knows no mirror of Debian: run apt-get update');
  return site;
}

export class Suite {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** With its package lists. */
  static async create(folder: string, architecture: string, suite: string): Promise<Suite> {
    for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'status'), '');
    writeFileSync(join(folder, 'sources.list'), `deb [signed-by=${KEYRING}] ${await mirror()} ${suite} main\n`);
    writeFileSync(
      join(folder, 'apt.conf'),
      `Dir "${folder}"; Dir::State "${folder}"; Dir::State::status "${folder}/status"; Dir::Cache "${folder}/cache";
Dir::Etc "${folder}"; Dir::Etc::sourcelist "${folder}/sources.list"; Dir::Etc::sourceparts "/dev/null";
APT::Architecture "${architecture}"; APT::Architectures { "${architecture}"; }; APT::Sandbox::User "";
APT::Install-Recommends "false"; Acquire::Languages "none"; Acquire::Retries "3";
`,
    );
    const created = new Suite(folder);
    await created.#apt('apt-get', 'update');
    return created;
  }

  /** The newest package of those whose names match. */
  async newest(name: RegExp): Promise<string> {
    const names = (await this.#apt('apt-cache', 'pkgnames')).split('\n').filter((line) => name.test(line));
    const newest = names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
    if (newest === undefined) throw new Error(`no package ${name}`);
    return newest;
  }

  /** Answers the packages' files. */
  async download(...names: readonly string[]): Promise<string[]> {
    const archives = join(this.#folder, 'cache/archives');
    await this.#apt('apt-get', 'download', ...names);
    return debsIn(archives).filter((path) => names.some((name) => path.startsWith(join(archives, `${name}_`))));
  }

  /** Answers the packages' files, and those of all that they depend on. */
  async downloadAll(...names: readonly string[]): Promise<string[]> {
    await this.#apt('apt-get', 'install', '--yes', '--download-only', ...names);
    return debsIn(join(this.#folder, 'cache/archives'));
  }

  async #apt(program: string, ...args: readonly string[]): Promise<string> {
    const options = { cwd: join(this.#folder, 'cache/archives'), maxBuffer: 2 ** 26 };
    const { stdout } = await execute(program, ['-qq', '-c', join(this.#folder, 'apt.conf'), ...args], options);
    return stdout;
  }
}

function debsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(folder, name));
}

/**
 * The first suite that has what is asked for, and from which it can be downloaded: an index may be newer than its pool.
 */
export async function firstOf<T>(
  suites: readonly string[],
  folder: string,
  architecture: string,
  take: (suite: Suite) => Promise<T>,
): Promise<T & { readonly suite: string }> {
  const causes: string[] = [];
  for (const suite of suites) {
    try {
      return { ...(await take(await Suite.create(join(folder, suite), architecture, suite))), suite };
    } catch (error) {
      causes.push(`${suite}: ${reasonOf(error as Error & { stderr?: string })}`);
    }
  }
  throw new Error(`nothing to be had for ${architecture}\n  ${causes.join('\n  ')}`);
}

function reasonOf({ stderr, message }: Error & { stderr?: string }): string {
  const lines = stderr?.split('\n').filter((line) => line.startsWith('E:')) ?? [];
  return (lines[0] ?? message).slice(0, 200);
}

/** All of it, or one folder only. */
export async function unpack(deb: string, folder: string, only?: string): Promise<void> {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  if (only === undefined) {
    await execute('dpkg-deb', ['-x', deb, folder]);
    return;
  }
  const script = 'dpkg-deb --fsys-tarfile "$1" | tar --extract --directory "$2" "$3"';
  await execute('bash', ['-o', 'pipefail', '-c', script, 'unpack', deb, folder, only]);
}
