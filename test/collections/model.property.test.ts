/** Whatever is done to a SharedMap, in however many threads in turn, it is what a plain Map would be. */

import fc from 'fast-check';
import { SharedMap } from 'node-membarrier/collections';
import t from 'tap';
import { startMapActor } from '../support/collections/actor.js';
import { audit } from '../support/collections/audit.js';

const key = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('a', 'b', 'c', '1', '__proto__'),
  fc.constantFrom(1, 2, -0, Number.NaN, 0.1),
);
const value = fc.oneof(fc.jsonValue(), fc.string({ minLength: 0, maxLength: 3000 }));

const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('set' as const), key, value }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant('get' as const), key }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('getOrInsert' as const), key, value }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('has' as const), key }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('setMany' as const), entries: fc.array(fc.tuple(key, value)) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('update' as const), key, value }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('churn' as const), count: fc.integer({ min: 1, max: 300 }) }) },
  { weight: 1, arbitrary: fc.constant({ op: 'clear' as const }) },
);

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** What JSON makes of it: -0 becomes 0. */
const asStored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** On both; answers what each has returned. */
function apply(
  map: SharedMap<string | number, unknown>,
  model: Map<unknown, unknown>,
  operation: Operation,
): unknown[] {
  switch (operation.op) {
    case 'set':
      model.set(operation.key, asStored(operation.value));
      map.set(operation.key, operation.value);
      return [];
    case 'get':
      return [map.get(operation.key), model.get(operation.key)];
    case 'has':
      return [map.has(operation.key), model.has(operation.key)];
    case 'delete':
      return [map.delete(operation.key), model.delete(operation.key)];
    case 'getOrInsert':
      if (!model.has(operation.key)) model.set(operation.key, asStored(operation.value));
      return [map.getOrInsert(operation.key, operation.value), model.get(operation.key)];
    case 'setMany':
      for (const [key, value] of operation.entries) model.set(key, asStored(value));
      map.setMany(operation.entries);
      return [];
    case 'update': {
      let before: unknown;
      map.update(operation.key, (current) => {
        before = current;
        return operation.value;
      });
      const expected = model.get(operation.key);
      model.set(operation.key, asStored(operation.value));
      return [before, expected];
    }
    case 'churn':
      for (let i = 0; i < operation.count; i++) map.set(`churn ${i}`, i);
      for (let i = 0; i < operation.count; i++) map.delete(`churn ${i}`);
      return [];
    default:
      map.clear();
      model.clear();
      return [];
  }
}

function compare(map: SharedMap<string | number, unknown>, model: Map<unknown, unknown>): string[] {
  const wrong = audit(map.handle).faults.slice();
  if (audit(map.handle).lostBytes !== 0) wrong.push('bytes are lost');
  if (map.size !== model.size) wrong.push(`size ${map.size}, not ${model.size}`);
  const entries = new Map<unknown, unknown>(map);
  if (entries.size !== model.size) wrong.push(`${entries.size} entries`);
  for (const [key, value] of model) {
    if (JSON.stringify(entries.get(key)) !== JSON.stringify(value)) wrong.push(`entry ${String(key)}`);
    if (JSON.stringify(map.get(key as string)) !== JSON.stringify(value)) wrong.push(`value of ${String(key)}`);
  }
  return wrong;
}

for (const near of [0, 2, 8192]) {
  t.test(`in one thread, near: ${near}`, { timeout: 120_000 }, async (t) => {
    const map = SharedMap.createSync<string | number, unknown>({ near, maxBytes: 2 ** 22 });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        map.clear();
        const model = new Map<unknown, unknown>();
        for (const operation of operations) {
          const [found, expected] = apply(map, model, operation);
          if (JSON.stringify(found) !== JSON.stringify(expected)) return false;
        }
        return compare(map, model).length === 0;
      }),
      { numRuns: 150 },
    );
    t.pass();
  });
}

t.test('in several threads in turn', { timeout: 120_000 }, async (t) => {
  const map = SharedMap.createSync<string | number, unknown>({ maxBytes: 2 ** 22 });
  const actors = await Promise.all([1, 2].map(() => startMapActor(map.handle)));
  const steps = fc.array(fc.tuple(operation, fc.nat(2)), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      map.clear();
      const model = new Map<unknown, unknown>();
      for (const [operation, who] of steps) {
        const actor = actors[who];
        const { op } = operation;
        if (actor !== undefined && (op === 'get' || op === 'delete' || op === 'set' || op === 'has')) {
          const args = 'value' in operation ? [operation.key, operation.value] : [operation.key];
          const found = await actor.call(op, ...args);
          const expected =
            op === 'get'
              ? model.get(operation.key)
              : op === 'has'
                ? model.has(operation.key)
                : op === 'delete' && model.delete(operation.key);
          if ('value' in operation) model.set(operation.key, asStored(operation.value));
          else if (JSON.stringify(found) !== JSON.stringify(expected)) return false;
        } else {
          const [found, expected] = apply(map, model, operation);
          if (JSON.stringify(found) !== JSON.stringify(expected)) return false;
        }
      }
      return compare(map, model).length === 0;
    }),
    { numRuns: 60 },
  );
  t.pass();
  await Promise.all(actors.map((actor) => actor.terminate()));
});
