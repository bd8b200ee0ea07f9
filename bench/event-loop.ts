/**
 * How long register() and global() hold up the event loop, beside their Sync forms. Only the first registration of a
 * kind in a process takes long, so each sample of it needs a fresh process: 40 processes, three kinds each, and
 * one by registerSync().
 */
import { execFileSync } from 'node:child_process';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { membarrier } from 'node-membarrier';
import type { FreshProcess } from './event-loop-child.js';
import { delaysDuring } from './support/event-loop.js';
import { printRows } from './support/report.js';
import { summarize } from './support/samples.js';

await measureRegistration();
await measureGlobal();

async function measureRegistration(): Promise<void> {
  const child = fileURLToPath(new URL('event-loop-child.js', import.meta.url));
  const fresh = Array.from(
    { length: 40 },
    () => JSON.parse(execFileSync(execPath, [child], { encoding: 'utf8' })) as FreshProcess,
  );
  const all = (part: keyof FreshProcess) => fresh.flatMap((process) => process[part]);
  report('register()', all('synchronous'), all('total'), all('idle'), all('delays'));
  printRows("stat('/') of node:fs/promises, a control", [
    { what: 'synchronous part of the call', unit: 'ms', samples: all('control') },
  ]);
  printRows('registerSync()', [{ what: 'blocks for', unit: 'ms', samples: all('blocked') }]);
}

async function measureGlobal(): Promise<void> {
  const times = Array.from({ length: 150 }, (_, i) => i);
  const synchronous: number[] = [];
  const total: number[] = [];
  const idle = await delaysDuring(new Promise((resolve) => setTimeout(resolve, 1500)));
  const delays = await delaysDuring(
    (async () => {
      for (const _ of times) {
        const start = performance.now();
        const pending = membarrier.global();
        synchronous.push(performance.now() - start);
        await pending;
        total.push(performance.now() - start);
      }
    })(),
  );
  const blocked = times.slice(0, 50).map(() => {
    const start = performance.now();
    membarrier.globalSync();
    return performance.now() - start;
  });
  report('global()', synchronous, total, idle, delays);
  printRows('globalSync()', [{ what: 'blocks for', unit: 'ms', samples: blocked }]);
}

function report(name: string, synchronous: number[], total: number[], idle: number[], delays: number[]): void {
  const control = summarize(idle).p99;
  printRows(name, [
    { what: 'synchronous part of the call', unit: 'ms', samples: synchronous, limit: ['p99', 0.2] },
    { what: 'until the promise is settled', unit: 'ms', samples: total },
    { what: 'delay of the event loop, idle', unit: 'ms', samples: idle },
    { what: 'delay of the event loop meanwhile', unit: 'ms', samples: delays },
    {
      what: '  more than the idle p99',
      unit: 'ms',
      samples: delays.map((delay) => delay - control),
      limit: ['p99', 1],
    },
  ]);
}
