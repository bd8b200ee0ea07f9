/**
 * How long register() and global() hold up the event loop, beside their Sync forms. Only the first registration of a
 * kind in a process takes long, so each sample of it needs a fresh process: three kinds each, and one by
 * registerSync().
 */
import { membarrier } from 'node-membarrier';
import { byEffort } from '../measure/effort.js';
import { delaysDuring } from '../measure/event-loop.js';
import { inFreshProcess, takeRounds } from '../measure/fresh.js';
import { measuring, reportRows } from '../measure/report.js';
import { summarize } from '../measure/samples.js';
import type { FreshProcess } from './event-loop-child.js';

await measuring('register() and the event loop', measureRegistration);
await measuring('global() and the event loop', measureGlobal);

function measureRegistration(): void {
  const fresh = takeRounds(byEffort(5, 40), 1, () => inFreshProcess<FreshProcess>('event-loop-child'));
  const all = (part: keyof FreshProcess) => fresh.flatMap((process) => process[part]);
  report('register()', all('synchronous'), all('total'), all('idle'), all('delays'));
  reportRows("stat('/') of node:fs/promises, a control", [
    { label: 'synchronous part of the call', unit: 'ms', samples: all('control') },
  ]);
  reportRows('registerSync()', [{ label: 'blocks for', unit: 'ms', samples: all('blocked') }]);
}

async function measureGlobal(): Promise<void> {
  const times = Array.from({ length: byEffort(20, 150) }, (_, i) => i);
  const synchronous: number[] = [];
  const total: number[] = [];
  const idle = await delaysDuring(new Promise((resolve) => setTimeout(resolve, byEffort(200, 1500))));
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
  const blocked = times.slice(0, 10).map(() => {
    const start = performance.now();
    membarrier.globalSync();
    return performance.now() - start;
  });
  report('global()', synchronous, total, idle, delays);
  reportRows('globalSync()', [{ label: 'blocks for', unit: 'ms', samples: blocked }]);
}

function report(name: string, synchronous: number[], total: number[], idle: number[], delays: number[]): void {
  const control = summarize(idle).p99;
  reportRows(name, [
    { label: 'synchronous part of the call', unit: 'ms', samples: synchronous, limit: ['p99', 0.2] },
    { label: 'until the promise is settled', unit: 'ms', samples: total },
    { label: 'delay of the event loop, idle', unit: 'ms', samples: idle },
    { label: 'delay of the event loop meanwhile', unit: 'ms', samples: delays },
    {
      label: '  more than the idle p99',
      unit: 'ms',
      samples: delays.map((delay) => delay - control),
      limit: ['p99', 1],
    },
  ]);
}
