/**
 * What the benchmarks of shared collections have in them: 50,000 routes, keys of 26 bytes and values of 75 bytes of
 * JSON, in each contender; and the check that all of them answer right.
 */
import { SharedMap, type SharedMapOptions } from 'node-membarrier/collections';

export interface Route {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  readonly path: string;
}

export const COUNT = 50_000;
/** That are read again and again. */
export const HOT = 4096;

export function keyOf(i: number): string {
  return `route:/api/v1/users/${String(i).padStart(6, '0')}`;
}

export function routeOf(i: number): Route {
  return { host: `10.0.${i % 256}.12`, port: 8000 + (i % 1000), weight: i % 100, path: '/api/v1/users/:id' };
}

/** As a program gets them that reads its routes from a file: each key one flat string. */
export const keys: readonly string[] = JSON.parse(JSON.stringify(Array.from({ length: COUNT }, (_, i) => keyOf(i))));

export const routes: readonly Route[] = keys.map((_, i) => routeOf(i));

export const texts: readonly string[] = routes.map((route) => JSON.stringify(route));

export function privateMap(): Map<string, Route> {
  return new Map(keys.map((key, i) => [key, routeOf(i)]));
}

export function sharedMap(options?: SharedMapOptions<Route>): SharedMap<string, Route> {
  const map = SharedMap.createSync<string, Route>(options);
  for (const [i, key] of keys.entries()) map.set(key, routes[i] as Route);
  return map;
}

/** Reads everything often enough that what is to be kept is kept. */
export function warm(map: SharedMap<string, Route>, count: number): void {
  for (let round = 0; round < 3; round++) for (let i = 0; i < count; i++) map.get(keys[i] as string);
}

/** Throws where a contender gives a wrong answer. */
export function check(
  name: string,
  get: (key: string) => unknown,
  stored: (route: Route) => unknown = (it) => it,
): void {
  for (let i = 0; i < COUNT; i += 7) {
    const found = JSON.stringify(get(keys[i] as string));
    const right = JSON.stringify(stored(routes[i] as Route));
    if (found !== right) throw new Error(`${name} answers ${found} for ${keys[i]}: ${right} is right`);
  }
  if (get('no such key') !== undefined) throw new Error(`${name} has an answer for a key that it has not`);
}

/** In another order each time: an order that repeats would be learnt by the processor. */
export function shuffle<T>(list: T[]): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}
