import { SharedMap, type SharedMapHandle } from 'node-membarrier/collections';
import { workerData } from 'piscina';

export interface Price {
  readonly cents: number;
  readonly currency: string;
}

export interface Task {
  readonly items: readonly string[];
}

const prices = SharedMap.attach<string, Price>(workerData as SharedMapHandle);

export default function sum({ items }: Task): number {
  return items.reduce((sum, item) => sum + (prices.get(item)?.cents ?? 0), 0);
}
