/**
 * Faults that are planted in the library, to see what notices them: each is one piece of its text that is replaced by
 * another.
 *
 * `torture`: the torture test has to notice, by this symptom. `loop torture`: in the event-loop flavor. `map
 * torture`, `loop map torture`: that of SharedMap has to. `fences`, `machine code`, `event loop`: a test that looks at
 * what the fault is in, since a run would meet it too seldom or, on this processor, never. `model`: only the model
 * (verification/model/) has a counterexample. It has one for each of the fences.
 */
import { arch } from 'node:process';

export interface Fault {
  readonly name: string;
  /** A module of the library as it is compiled, or a WebAssembly text with what it includes. */
  readonly file: `lib/${string}`;
  readonly text: string;
  readonly instead: string;
  readonly noticed: Noticed;
}

export type Noticed =
  | { readonly by: 'torture' | 'loop torture' | 'map torture' | 'loop map torture'; readonly symptom: RegExp }
  | { readonly by: 'fences' | 'machine code' | 'event loop'; readonly test: string }
  | { readonly by: 'model' };

const model: Noticed = { by: 'model' };
const fences: Noticed = { by: 'fences', test: 'rcu/fences.test.js' };
/** Only x64's is understood. */
const machineCode: Noticed = arch === 'x64' ? { by: 'machine code', test: 'rcu/disassembly.test.js' } : model;
const freed: Noticed = { by: 'torture', symptom: /has seen what was freed/ };
const stale: Noticed = { by: 'map torture', symptom: /is stale|is missing/ };
const overwritten: Noticed = {
  by: 'loop map torture',
  symptom: /was overwritten|torn|cannot decode|is missing|is stale|Invalid array length|unreachable|out of bounds/,
};
const lost: Noticed = { by: 'map torture', symptom: /bytes are lost/ };
const hang: Noticed = { by: 'torture', symptom: /hang/ };
const loopFreed: Noticed = { by: 'loop torture', symptom: /has seen what was freed/ };
const eventLoop: Noticed = { by: 'event loop', test: 'rcu/event-loop.test.js' };

/**
 * Some microseconds, so that a writer often loses its CPU there: only then do two other threads read the key, one after
 * the other, on two CPUs. Without a loop, in which a thread could end.
 */
const MOMENT = '(drop (i32.atomic.rmw.or (local.get $scratch) (i32.const 0)))\n'.repeat(2000);

/** What `mutate` does to the version and to the entry, as table.wat has it. */
const MAKE_ODD = '        (i32.atomic.store offset=$VERSIONS (local.get $word_at) (local.get $version))';
const PUBLISH = `(i64.atomic.store (local.get $address)
          (select
            (i64.or
              (i64.shl (i64.extend_i32_u (local.get $hash)) (i64.const 32))
              (i64.extend_i32_u (local.get $new)))
            (i64.const 0)
            (local.get $new)))`;

export const faults: readonly Fault[] = [
  {
    name: 'no-first-heavy',
    file: 'lib/rcu/driver.js',
    text: 'heavy(); // orders unpublishing',
    instead: '// orders unpublishing',
    noticed: fences,
  },
  {
    name: 'no-second-heavy',
    file: 'lib/rcu/driver.js',
    text: 'heavy(); // orders the slots before',
    instead: '// orders the slots before',
    noticed: fences,
  },
  {
    name: 'no-light-on-lock',
    file: 'lib/rcu/domain.wat',
    text: 'and not the old pointer.\n    (light)',
    instead: 'and not the old pointer.',
    noticed: machineCode,
  },
  {
    name: 'no-light-on-unlock',
    file: 'lib/rcu/domain.wat',
    text: 'before the updater reclaims anything.\n    (light)',
    instead: 'before the updater reclaims anything.',
    noticed: machineCode,
  },
  {
    name: 'no-light-before-wait-word',
    file: 'lib/rcu/domain.wat',
    text: 'we see the mark and wake it.\n    (light)',
    instead: 'we see the mark and wake it.',
    noticed: machineCode,
  },
  {
    name: 'no-cookie-fence',
    file: 'lib/rcu/domain.wat',
    text: '(fence)\n    (f64.convert_i64_u',
    instead: '(f64.convert_i64_u',
    noticed: model, // Atomics.store, by which the writers publish, is a full fence on x86
  },
  {
    name: 'counter-not-advanced',
    file: 'lib/rcu/domain.wat',
    text: '(i64.lt_u (i64.and (local.get $word) (global.get $NOT_NESTING)) (global.get $seen))',
    instead: `(i64.lt_u (i64.and (local.get $word) (global.get $NOT_NESTING))
      (i64.sub (global.get $seen) (i64.const 0x10000)))`,
    noticed: freed,
  },
  {
    name: 'cookie-of-the-grace-period-under-way',
    file: 'lib/rcu/domain.wat',
    text: '(i64.add (i64.shr_u (i64.atomic.load (global.get $STATE)) (i64.const 16)) (i64.const 1))',
    instead: '(i64.shr_u (i64.add (i64.atomic.load (global.get $STATE)) (i64.const 0xfffd)) (i64.const 16))',
    noticed: freed,
  },
  {
    name: 'inner-lock-takes-the-new-sequence',
    file: 'lib/rcu/domain.wat',
    text: '(i64.store (local.get $slot) (i64.add (local.get $word) (i64.const 4)))',
    instead: `(i64.store (local.get $slot) (i64.add (i64.const 4) (i64.or (i64.and (local.get $word) (i64.const 0xffff))
      (i64.and (i64.atomic.load (global.get $STATE)) (i64.const -65536)))))`,
    noticed: freed,
  },
  {
    name: 'mark-not-raised',
    file: 'lib/rcu/domain.wat',
    text: `(then (drop (i32.atomic.rmw.cmpxchg (global.get $SLOT_HIGH_WATER)
        (i32.sub (local.get $mark) (i32.const 1)) (local.get $mark)))))`,
    instead: '(then))',
    noticed: { by: 'torture', symptom: /has seen what was freed|hang/ },
  },
  {
    name: 'claim-leaves-the-word',
    file: 'lib/rcu/domain.wat',
    text: '(i64.atomic.store (local.get $slot) (i64.const 0))',
    instead: '',
    noticed: {
      by: 'torture',
      symptom: /hang|This reader is in a section|the most that its maxReaders allows|readers are left/,
    },
  },
  {
    name: 'living-retired',
    file: 'lib/rcu/driver.js',
    text: 'if (!isThreadDead(token))',
    instead: 'if (token === 0)',
    // Or a hang: a reader that dies in a slot without an owner is never noticed.
    noticed: { by: 'torture', symptom: /has seen what was freed|is in no section|has no reader in that slot|hang/ },
  },
  { name: 'dead-not-retired', file: 'lib/rcu/driver.js', text: '!isThreadDead(token)', instead: 'true', noticed: hang },
  {
    name: 'no-wake-by-unlock',
    file: 'lib/rcu/domain.wat',
    text: 'we see the mark and wake it.\n    (light)\n    (wake)',
    instead: 'we see the mark and wake it.\n    (light)',
    noticed: hang,
  },
  {
    name: 'no-wake-by-reaping',
    file: 'lib/rcu/domain.wat',
    text: 'and do not know of its death.\n    (wake))',
    instead: 'and do not know of its death.\n    )',
    noticed: model,
  },
  {
    name: 'no-wake-by-claim',
    file: 'lib/rcu/domain.wat',
    text: '(if (local.get $owner) (then (wake)))',
    instead: '',
    noticed: hang,
  },
  {
    name: 'wait-word-not-counted',
    file: 'lib/rcu/domain.wat',
    text: '(local.get $slot) (local.get $wait_word) (i32.add (local.get $wait_word) (i32.const 1))',
    instead: '(local.get $slot) (local.get $wait_word) (i32.const 0)',
    noticed: fences,
  },
  {
    name: 'claim-resets-wait-word',
    file: 'lib/rcu/domain.wat',
    text: '(i64.atomic.store (local.get $slot) (i64.const 0))',
    instead:
      '(i64.atomic.store (local.get $slot) (i64.const 0)) (i32.atomic.store offset=16 (local.get $slot) (i32.const 0))',
    noticed: model, // a sleeper that is woken by nobody else, when a slot changes hands
  },
  {
    name: 'no-heavy-before-sleep',
    file: 'lib/rcu/driver.js',
    text: 'heavy();\n        marks = made;',
    instead: 'marks = made;',
    noticed: fences,
  },
  {
    name: 'no-heavy-where-another-has-marked',
    file: 'lib/rcu/driver.js',
    text: 'made.set(slot, requestWakeUp(slot));',
    instead:
      'if (load(slot + WAIT_WORD.value) % 2 === 1) { marks.set(slot, requestWakeUp(slot)); return; } else made.set(slot, requestWakeUp(slot));',
    noticed: fences,
  },
  {
    name: 'rescan',
    file: 'lib/rcu/driver.js',
    text: 'const first = scanOnce();',
    instead: 'const first = scan(512);',
    noticed: fences,
  },
  {
    name: 'woken-and-not-marked-again',
    file: 'lib/rcu/driver.js',
    text: 'if (load(slot + WAIT_WORD.value) === waitWord)',
    instead: 'if (true)',
    noticed: fences,
  },
  {
    name: 'loop-never-blocks',
    file: 'lib/rcu/domain.wat',
    text: '(enter)\n    (wake)',
    instead: '(i64.store (local.get $slot) (i64.const 0xffffffff0006))\n    (wake)',
    noticed: loopFreed,
  },
  {
    name: 'loop-wakes-no-updater',
    file: 'lib/rcu/domain.wat',
    text: '(enter)\n    (wake)',
    instead: '(enter)',
    noticed: eventLoop,
  },
  {
    name: 'loop-wakes-no-reader',
    file: 'lib/rcu/quiescence.js',
    text: 'Atomics.notify(this.#words, this.#state)',
    instead: 'this.#state',
    noticed: eventLoop,
  },
  {
    name: 'loop-waits-for-what-it-has-not-acknowledged',
    file: 'lib/rcu/quiescence.js',
    text: 'this.#waitWhile(state);\n        }',
    instead: 'this.#waitWhile(this.#loadState());\n        }',
    noticed: { by: 'model' },
  },
  {
    name: 'map-freed-without-grace-period',
    file: 'lib/collections/table.wat',
    text: `(i64.ge_u (i64.atomic.load (global.get $STATE))
      (i64.or (i64.shl (i64.load offset=$COOKIE (local.get $at)) (i64.const 16)) (i64.const 2)))`,
    instead: '(i32.const 1)',
    noticed: { by: 'map torture', symptom: /torn|cannot decode|is missing|is stale|Invalid array length|unreachable/ },
  },
  {
    name: 'loop-map-freed-without-grace-period',
    file: 'lib/collections/table.wat',
    text: `(i64.ge_u (i64.atomic.load (global.get $STATE))
      (i64.or (i64.shl (i64.load offset=$COOKIE (local.get $at)) (i64.const 16)) (i64.const 2)))`,
    instead: '(i32.const 1)',
    noticed: overwritten,
  },
  {
    name: 'map-version-only-after-publication',
    file: 'lib/collections/table.wat',
    text: `${MAKE_ODD}
        ${PUBLISH}`,
    instead: `        ${PUBLISH}
        ${MOMENT}`,
    noticed: stale,
  },
  {
    name: 'map-version-only-before-publication',
    file: 'lib/collections/table.wat',
    text: `${MAKE_ODD}
        ${PUBLISH}
        (make_even)`,
    instead: `        (make_even)
        ${MOMENT}
        ${PUBLISH}`,
    noticed: stale,
  },
  {
    name: 'map-kept-with-a-late-version',
    file: 'lib/collections/table.wat',
    text: `    (local.set $version (i32.atomic.load offset=$VERSIONS (stripe)))
    (enter)
    (search)`,
    instead: `    (enter)
    (search)
    (local.set $version (i32.atomic.load offset=$VERSIONS (stripe)))`,
    noticed: stale,
  },
  {
    name: 'map-store-before-the-search',
    file: 'lib/collections/table.wat',
    text: `    (enter)
    (search)
    ;; No loop from here on`,
    instead: `    (if (local.get $reserved) (then (i32.store offset=$RESERVED (local.get $at) (i32.const 0))))
    (enter)
    (search)
    ;; No loop from here on`,
    noticed: lost,
  },
  {
    name: 'map-no-intent-in-growth',
    file: 'lib/collections/table.wat',
    text: `    (i32.store offset=$RESERVED (local.get $at) (local.get $block))
    (local.get $block))`,
    instead: '    (local.get $block))',
    noticed: lost,
  },
];
