/** `npm run torture -- --minutes N`: the torture test of RCU, and what it has seen; with --map, that of SharedMap. */
import { availableParallelism } from 'node:os';
import { argv, stderr, version } from 'node:process';
import { parseArgs } from 'node:util';
import type { RcuFlavor } from 'node-membarrier/rcu';
import { renderTable } from '../../cli/table.js';
import { runMapTorture } from './map/main.js';
import { REUSED } from './ring.js';
import { type Findings, torture } from './torture.js';

const usage = `Usage: npm run torture -- [--map] [--flavor NAME] [--minutes N | --seconds N] [--seed N] [--patience N]

  --map                     SharedMap instead of RCU
  --flavor NAME             of RCU: memb or qsbr (memb)
  --minutes N, --seconds N  how long (10 seconds)
  --seed N                  of all random choices, 0 to 4294967295 (a new one)
  --patience N              after how many seconds without progress a thread hangs (20)

Exit status: 0 nothing wrong was seen; 1 something was (RCU: a grace period was too
short, or failed to end); 2 wrong usage; 4 readers and writers have hardly met:
inconclusive.`;

class UsageError extends Error {}

function parse() {
  try {
    return parseArgs({
      args: argv.slice(2),
      options: {
        map: { type: 'boolean', default: false },
        flavor: { type: 'string', default: 'memb' },
        minutes: { type: 'string' },
        seconds: { type: 'string' },
        seed: { type: 'string' },
        patience: { type: 'string', default: '20' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function flavorOf(text: string): RcuFlavor {
  if (text === 'memb' || text === 'qsbr') return text;
  throw new UsageError(`--flavor must be memb or qsbr. Received '${text}'`);
}

function numberOf(name: string, text: string, most: number): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (number > 0 && number <= most) return number;
  throw new UsageError(`--${name} must be a number above 0 and at most ${most}. Received '${text}'`);
}

function seedOf(text: string | undefined): number {
  if (text === undefined) return Math.floor(Math.random() * 2 ** 32);
  if (/^\d+$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw new UsageError(`--seed takes an integer from 0 to ${2 ** 32 - 1}, and not '${text}'`);
}

function durationOf(minutes: string | undefined, seconds = '10'): number {
  if (minutes === undefined) return numberOf('seconds', seconds, 86_400);
  return 60 * numberOf('minutes', minutes, 1440);
}

/** So many sections have to have seen a replacement: otherwise readers and writers have hardly met. */
const ENOUGH = 100;

function verdictOf({ failures, ages, waits }: Findings): readonly [verdict: string, status: number] {
  if (failures.length > 0) return [`failed: ${failures[0]}`, 1];
  const allWays = Object.values(waits).every((count) => count > 0);
  if ((ages[1] as number) < ENOUGH || !allWays) return ['inconclusive: readers and writers have hardly met', 4];
  return ['passed: no section has seen an age above 1', 0];
}

function render(seed: number, findings: Findings): string {
  const { readers, writers, milliseconds, ages, waits, rounds, deaths, stats } = findings;
  const list = (counts: object) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return renderTable([
    ['seed', `${seed}`],
    ['Node.js', `${version}, ${availableParallelism()} CPUs`],
    ['duration', `${(milliseconds / 1000).toFixed(1)} s`],
    ['threads', `${readers} readers and ${writers} writers, or a pair`],
    ['sections', `${ages.reduce((sum, count) => sum + count, 0)} elements seen to their ends`],
    ['grace periods', `${stats.gracePeriods}`],
    ['barriers', `${stats.barriers}`],
    ['time-outs', `${stats.timeouts}`],
    ['waits', list(waits)],
    ['rounds of pairs', `${rounds}`],
    ['deaths', list(deaths)],
    ...ages.map((count, age) => [`age ${age === REUSED ? 'unknown' : age}`, `${count}`]).filter(isWorthTelling),
  ]);
}

function isWorthTelling([, count]: readonly string[], age: number): boolean {
  return age <= 2 || count !== '0';
}

async function run(): Promise<void> {
  const { map, flavor: flavorText, minutes, seconds, seed: seedText, patience, help } = parse();
  if (help) {
    console.log(usage);
    return;
  }
  if (minutes !== undefined && seconds !== undefined) throw new UsageError('--minutes or --seconds, not both');
  const flavor = flavorOf(flavorText);
  const seed = seedOf(seedText);
  const waitAtMost = 1000 * numberOf('patience', patience, 3600);
  const stop = new AbortController();
  const milliseconds = 1000 * durationOf(minutes, seconds);
  process.once('SIGINT', () => stop.abort());
  if (map) {
    process.exitCode = await runMapTorture({ flavor, seed, milliseconds, patience: waitAtMost, signal: stop.signal });
    return;
  }
  console.log(`torture test of RCU, flavor ${flavor}, seed ${seed}\n`);
  const findings = await torture({
    flavor,
    seed,
    milliseconds,
    patience: waitAtMost,
    signal: stop.signal,
    onProgress: showProgress,
  });
  const [verdict, status] = verdictOf(findings);
  console.log(`${render(seed, findings)}\n\n${verdict}`);
  process.exitCode = status;
}

function showProgress({ milliseconds, stats, ages }: Findings): void {
  if (!stderr.isTTY) return;
  stderr.write(
    `\r\x1b[K${Math.round(milliseconds / 1000)} s, ${stats.gracePeriods} grace periods, age 1: ${ages[1]}\r`,
  );
}

try {
  await run();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`torture: ${error.message}\n${usage}`);
  process.exitCode = 2;
}
