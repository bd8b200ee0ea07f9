/** The routes of the example, and what its threads tell each other. */
import type { MessagePort } from 'node:worker_threads';

export interface Route {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  /** When it was changed: nanoseconds of a clock that all threads share. */
  readonly changed: string;
}

export const ROUTES = 100_000;
export const CHANGES_PER_SECOND = 100;
/** The route that each server watches, to see how soon a change is visible. */
export const WATCHED = 'watched';

export function pathOf(i: number): string {
  return `/api/v1/users/${i}`;
}

export function routeOf(i: number): Route {
  return {
    host: `10.0.${i % 256}.${i % 199}`,
    port: 8000 + (i % 1000),
    weight: i % 100,
    changed: `${process.hrtime.bigint()}`,
  };
}

/** The ways to share the table. */
export const kinds = ['SharedMap', 'deltas', 'copies', 'lmdb'] as const;
export type Kind = (typeof kinds)[number];

/** How a server looks routes up. */
export interface Table {
  get(path: string): Route | undefined;
}

/** How the updater changes them. */
export interface Updates {
  set(path: string, route: Route): void;
}

/** What a thread is started with: the table of the kind, and a port for each server where there is none to share. */
export interface Shared {
  readonly kind: Kind;
  readonly handle?: unknown;
  readonly folder?: string;
  readonly port?: MessagePort;
}
