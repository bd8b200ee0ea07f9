/**
 * A large table in a Piscina pool: one copy for all workers. Without SharedMap, each task would carry the table in its
 * message, or each worker would load one of its own.
 */

import { SharedMap } from 'node-membarrier/collections';
import { Piscina } from 'piscina';
import type { Price, Task } from './worker.js';

const prices = await SharedMap.create<string, Price>();
prices.setMany(Array.from({ length: 50_000 }, (_, i) => [`item ${i}`, { cents: i, currency: 'EUR' }] as const));

const pool = new Piscina<Task, number>({
  filename: new URL('worker.js', import.meta.url).href,
  workerData: prices.handle,
  maxThreads: 2,
});

const total = async () => {
  const tasks = Array.from({ length: 8 }, (_, i) => pool.run({ items: [`item ${i}`, `item ${i + 1000}`] }));
  return (await Promise.all(tasks)).reduce((sum, cents) => sum + cents, 0);
};

console.log(`before: ${await total()} cents`);
prices.update('item 0', (price) => ({ cents: (price?.cents ?? 0) + 5000, currency: 'EUR' }));
console.log(`after:  ${await total()} cents`);
await pool.destroy();
