/** `npm run torture -- --map`: the torture test of SharedMap, and what it has seen. */
import { availableParallelism } from 'node:os';
import { stderr, version } from 'node:process';
import { renderTable } from '../../../cli/table.js';
import { type MapFindings, type MapTorture, tortureMap } from './torture.js';

/** So many reads and deaths of writers there have to be. */
const ENOUGH = { reads: 10_000, writerDeaths: 1 };

export async function runMapTorture(options: Omit<MapTorture, 'onProgress'>): Promise<number> {
  console.log(`torture test of SharedMap, flavor ${options.flavor}, seed ${options.seed}\n`);
  const findings = await tortureMap({ ...options, onProgress: showProgress });
  const [verdict, status] = verdictOf(findings);
  console.log(`${render(options.seed, findings)}\n\n${verdict}`);
  return status;
}

function verdictOf({ failures, reads, writerDeaths }: MapFindings): readonly [verdict: string, status: number] {
  if (failures.length > 0) return [`failed: ${failures[0]}`, 1];
  if (reads < ENOUGH.reads || writerDeaths < ENOUGH.writerDeaths) {
    return ['inconclusive: readers and writers have hardly met', 4];
  }
  return ['passed: nothing torn, stale, missing or lost', 0];
}

function render(seed: number, findings: MapFindings): string {
  const { readers, writers, milliseconds, turns, reads, changes, iterations, clearings } = findings;
  const { deaths, writerDeaths, lostBytes, usedBytes } = findings;
  const list = (counts: object) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const quarter = Math.ceil(usedBytes.length / 4);
  const most = (sizes: readonly number[]) => `${(Math.max(0, ...sizes) / 1e6).toFixed(1)} MB`;
  return renderTable([
    ['seed', `${seed}`],
    ['Node.js', `${version}, ${availableParallelism()} CPUs`],
    ['duration', `${(milliseconds / 1000).toFixed(1)} s`],
    ['threads', `${readers} readers and ${writers} writers`],
    ['maps', list(turns)],
    ['reads', `${reads}`],
    ['changes', `${changes}, and clear() ${clearings}`],
    ['iterations', `${iterations}`],
    ['deaths', `${list(deaths)}; ${writerDeaths} of them writers`],
    ['bytes lost', `${lostBytes}`],
    ['most in use', `${most(usedBytes.slice(0, quarter))} at first, ${most(usedBytes.slice(-quarter))} at last`],
  ]);
}

function showProgress({ milliseconds, reads, writerDeaths }: MapFindings): void {
  if (!stderr.isTTY) return;
  stderr.write(`\r\x1b[K${Math.round(milliseconds / 1000)} s, ${reads} reads, ${writerDeaths} deaths of writers\r`);
}
