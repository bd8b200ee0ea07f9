/**
 * How long register() and global() hold up the event loop, beside their Sync forms. Only the first registration of a
 * kind in a process takes long, so each sample of it needs a fresh process: three kinds each, and one by
 * registerSync().
 */
import { membarrier } from 'node-membarrier';
import { byEffort } from '../measure/effort.js';
import { delayRows, delaysDuring, timeCall, timeSync } from '../measure/event-loop.js';
import { inFreshProcess, takeRounds } from '../measure/fresh.js';
import { measuring, reportSamples, row } from '../measure/report.js';

type Held = Record<'synchronous' | 'total' | 'delays' | 'idle' | 'blocked', number[]>;

await measuring('register() and the event loop', () => {
  const fresh = takeRounds(byEffort(5, 40), 1, () => inFreshProcess('eventLoop'));
  const all = (part: keyof Held | 'control') => fresh.flatMap((process) => process[part]);
  const [synchronous, total, delays] = [all('synchronous'), all('total'), all('delays')];
  report('register', { synchronous, total, delays, idle: all('idle'), blocked: all('blocked') });
  const rows = row('synchronous', 'synchronous part of the call', 'ms', all('control'));
  reportSamples({ id: 'control', title: "stat('/') of node:fs/promises, a control for register()" }, rows);
});

await measuring('global() and the event loop', async () => {
  const synchronous: number[] = [];
  const total: number[] = [];
  const idle = await delaysDuring(new Promise((resolve) => setTimeout(resolve, byEffort(200, 1500))));
  const callOften = async () => {
    for (let i = 0; i < byEffort(20, 150); i++) total.push(await timeCall(() => membarrier.global(), synchronous));
  };
  const delays = await delaysDuring(callOften());
  const blocked = Array.from({ length: 10 }, () => timeSync(() => membarrier.globalSync()));
  report('global', { synchronous, total, idle, delays, blocked });
});

function report(name: 'register' | 'global', { synchronous, total, idle, delays, blocked }: Held): void {
  reportSamples({ id: name, title: `${name}() and ${name}Sync()` }, [
    ...row('synchronous', 'synchronous part of the call', 'ms', synchronous),
    ...row('total', 'until the promise is settled', 'ms', total),
    ...delayRows(idle, delays),
    ...row('blocked', `${name}Sync() blocks for`, 'ms', blocked),
  ]);
}
