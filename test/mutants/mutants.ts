/**
 * Mutants: small changes of the library's text, each of which some test has to notice. First those that once nobody noticed, then a
 * choice of those that were; the planted faults (test/torture/faults.ts) are run with them. `survives` is why a mutant need not be
 * noticed.
 */
import { type Fault, faults } from '../torture/faults.js';

export interface Mutant {
  readonly name: string;
  /** Below dist/lib/, or a text of WebAssembly or C++ below the clone. */
  readonly file: string;
  readonly edits: readonly (readonly [text: string, instead: string])[];
  /** Those that may notice it, in this order. */
  readonly tests: readonly string[];
  readonly survives?: string;
}

const wat = 'lib/rcu/domain.wat';
const lock = 'fence/lock-operations.js';
const steps = ['rcu-steps'];

function ofFault({ name, file, text, instead, noticed }: Fault): Mutant {
  const tests =
    'test' in noticed
      ? [noticed.test.replace('.test.js', '')]
      : ['rcu-fences', 'rcu-steps', 'rcu-death', 'rcu-waiting', 'rcu'];
  return { name, file: file === 'domain.wat' ? wat : `rcu/${file}`, edits: [[text, instead]], tests };
}

const raiseMark = `    (if (i32.lt_u (i32.atomic.load (global.get $MARK)) (local.get $mark))
      (then (drop (i32.atomic.rmw.cmpxchg (global.get $MARK)
        (i32.sub (local.get $mark) (i32.const 1)) (local.get $mark)))))
`;
const takeOwner = `    (if (i32.ne (i32.atomic.rmw.cmpxchg offset=12 (local.get $slot) (local.get $owner) (global.get $self)) (local.get $owner))
      (then (return (i32.const 0))))
`;

const once: readonly Mutant[] = [
  {
    name: 'lock-loads-state-plainly',
    file: wat,
    edits: [
      [
        '(i64.add (i64.atomic.load (global.get $STATE)) (i64.const 4))',
        '(i64.add (i64.load (global.get $STATE)) (i64.const 4))',
      ],
    ],
    tests: steps,
  },
  {
    name: 'wake-loads-wanted-plainly',
    file: wat,
    edits: [['(local.set $wanted (i32.atomic.load offset=16', '(local.set $wanted (i32.load offset=16']],
    tests: steps,
  },
  {
    name: 'retire-any-word',
    file: wat,
    edits: [
      [
        '    (if (i64.ge_u (i64.and (local.get $word) (global.get $NOT_NESTING)) (global.get $seen))\n      (then (return)))\n',
        '',
      ],
    ],
    tests: steps,
  },
  {
    name: 'retire-keeps-the-owner',
    file: wat,
    edits: [['    (drop (i32.atomic.rmw.cmpxchg offset=12 (local.get $slot) (local.get $owner) (i32.const 0)))\n', '']],
    tests: steps,
  },
  {
    name: 'retire-without-fence',
    file: wat,
    edits: [['    (fence)\n    (if (i32.ne (i32.atomic.load offset=12', '    (if (i32.ne (i32.atomic.load offset=12']],
    tests: steps,
  },
  {
    name: 'claim-without-fence',
    file: wat,
    edits: [['    (fence)\n    (if (local.get $owner)', '    (if (local.get $owner)']],
    tests: steps,
  },
  { name: 'owner-before-mark', file: wat, edits: [[raiseMark + takeOwner, takeOwner + raiseMark]], tests: steps },
  {
    name: 'read-leaves-no-section-at-the-end',
    file: 'rcu/reader.js',
    edits: [['if (nesting === 1)', 'if (nesting === -1)']],
    tests: ['rcu-read'],
  },
  {
    name: 'read-leaves-no-inner-section',
    file: 'rcu/reader.js',
    edits: [['else if (nesting > 1)', 'else if (nesting < 0)']],
    tests: ['rcu-read'],
  },
  {
    name: 'death-asked-after-inside',
    file: lock,
    edits: [
      ['const dead = isThreadDead(owner);', ''],
      ['if (dead)', 'if (isThreadDead(owner))'],
    ],
    tests: ['lock-operations'],
  },
  {
    name: 'even-tickets',
    file: wat,
    edits: [
      [
        '(i32.or (i32.add (i32.load offset=8 (local.get $slot)) (i32.const 2)) (i32.const 1))',
        '(i32.add (i32.load offset=8 (local.get $slot)) (i32.const 2))',
      ],
    ],
    tests: ['rcu-slots', 'rcu-errors'],
    survives: 'a ticket need not be odd: it is told from the others because it is another number',
  },
];

const others: readonly Mutant[] = [
  {
    name: 'scan-leaves-out-the-last-slot',
    file: wat,
    edits: [
      [
        '(i32.shl (i32.atomic.load (global.get $MARK)) (i32.const 7))))\n    (loop $slots\n      (if (i32.lt_u (local.get $slot) (local.get $end))\n        (then\n          (local.set $word',
        '(i32.shl (i32.sub (i32.atomic.load (global.get $MARK)) (i32.const 1)) (i32.const 7))))\n    (loop $slots\n      (if (i32.lt_u (local.get $slot) (local.get $end))\n        (then\n          (local.set $word',
      ],
    ],
    tests: ['rcu-slots', 'rcu-death'],
  },
  {
    name: 'over-when-scanned',
    file: wat,
    edits: [
      [
        '(i64.or (i64.shl (i64.trunc_f64_u (local.get $cookie)) (i64.const 16)) (i64.const 3))))\n',
        '(i64.or (i64.shl (i64.trunc_f64_u (local.get $cookie)) (i64.const 16)) (i64.const 2))))\n',
      ],
    ],
    tests: ['rcu-fences', 'rcu'],
  },
  {
    name: 'unlock-without-ticket',
    file: wat,
    edits: [
      [
        '(local $wanted i32)\n    (if (i32.ne (i32.load offset=8 (local.get $slot)) (local.get $ticket))\n      (then (return (global.get $NOT_YOURS))))',
        '(local $wanted i32)',
      ],
    ],
    tests: ['rcu-slots', 'rcu-errors'],
  },
  {
    name: 'notify-one',
    file: wat,
    edits: [
      [
        '(drop (memory.atomic.notify offset=16 (local.get $slot) (i32.const -1)))',
        '(drop (memory.atomic.notify offset=16 (local.get $slot) (i32.const 1)))',
      ],
    ],
    tests: ['rcu-waiting'],
  },
  {
    name: 'any-address-is-a-slot',
    file: wat,
    edits: [['        (i32.load (global.get $MAX_READERS)))))', '        (i32.const -1))))']],
    tests: ['rcu-errors'],
  },
  {
    name: 'a-sleep-without-limit',
    file: 'rcu/waiter.js',
    edits: [['shortest < 0 ?', 'shortest < 1000 ?']],
    tests: ['rcu-death'],
  },
  {
    name: 'an-abort-that-removes-nothing',
    file: 'rcu/waiting.js',
    edits: [['this.#list.splice(index, 1)', 'void index']],
    tests: ['rcu-stall'],
  },
  {
    name: 'callbacks-in-the-loops-context',
    file: 'rcu/callbacks.js',
    edits: [
      ['run: () => context.runInAsyncScope(runAsOnesOwn, undefined, callback)', 'run: () => runAsOnesOwn(callback)'],
    ],
    tests: ['rcu-callbacks'],
  },
  {
    name: 'queued-before-it-can-throw',
    file: 'rcu/callbacks.js',
    edits: [
      [
        'const { cookie } = callback;',
        'const { cookie } = callback; this.#awaited = cookie; this.#queue.push(callback);',
      ],
    ],
    tests: ['rcu-callbacks', 'stack'],
  },
  {
    name: 'a-timer-at-the-end-of-the-stack',
    file: 'rcu/waiting.js',
    edits: [['if (this.#alive === undefined)\n            requireStack();', '']],
    tests: ['stack'],
  },
  {
    name: 'failed-waits-take-no-turn',
    file: 'rcu/waiting.js',
    edits: [
      ['this.#failAll(error);\n            }', 'this.#failAll(error);\n                continue;\n            }'],
    ],
    tests: ['rcu-callbacks'],
  },
  {
    name: 'a-given-up-wait-counts',
    file: 'rcu/stall.js',
    edits: [['sequence !== this.#sequence || cookie !== this.#cookie', 'sequence !== this.#sequence']],
    tests: ['rcu-stall'],
  },
  {
    name: 'a-revocation-cut-short-stays',
    file: lock,
    edits: [['isHeld && words[Word.BIAS] === REVOKED', 'isHeld']],
    tests: ['biased-lock'],
  },
  {
    name: 'any-copy-of-the-package',
    file: 'rcu/memory.js',
    edits: [['!== identity', '!== identity && false']],
    tests: ['copies'],
  },
  {
    name: 'any-cookie',
    file: 'rcu/cookies.js',
    edits: [['const sequence = (cookie - tag) / TAGS;', 'const sequence = Math.trunc(cookie / TAGS);']],
    tests: ['rcu-errors'],
  },
  {
    name: 'lock-without-light',
    file: lock,
    edits: [
      [
        'light();\n        }\n        catch (error) {\n            words[Word.INSIDE] = 0;\n            throw error;\n        }\n        if (words[Word.BIAS] === self)\n            return;\n',
        '}\n        catch (error) {\n            words[Word.INSIDE] = 0;\n            throw error;\n        }\n        if (words[Word.BIAS] === self)\n            return;\n',
      ],
    ],
    tests: ['lock-operations'],
  },
  {
    name: 'unlock-without-light',
    file: lock,
    edits: [['light();\n        words[Word.INSIDE] = 0;', 'words[Word.INSIDE] = 0;']],
    tests: ['lock-operations'],
  },
  {
    name: 'expel-without-first-heavy',
    file: lock,
    edits: [['heavy(); // BIAS before INSIDE', '// BIAS before INSIDE']],
    tests: ['lock-operations'],
  },
  {
    name: 'expel-without-second-heavy',
    file: lock,
    edits: [["if (result !== 'busy')\n            heavy();", '']],
    tests: ['lock-operations'],
  },
  {
    name: 'inside-stays-at-the-end-of-the-stack',
    file: lock,
    edits: [
      [
        'catch (error) {\n            words[Word.INSIDE] = 0;\n            throw error;\n        }\n        if (words[Word.BIAS] === self)\n            return;',
        'catch (error) {\n            throw error;\n        }\n        if (words[Word.BIAS] === self)\n            return;',
      ],
    ],
    tests: ['lock-operations', 'stack'],
  },
  { name: 'no-stack-required-to-revoke', file: lock, edits: [['requireStack();', '']], tests: ['stack'] },
  { name: 'a-barrier-is-not-tried', file: 'fence/pair.js', edits: [['registration();\n', '']], tests: ['evidence'] },
  {
    name: 'a-lost-registration-stays-lost',
    file: 'barrier.js',
    edits: [['answer === -EPERM &&', 'answer === 1 &&']],
    tests: ['evidence'],
  },
  {
    name: 'native-zeros-are-believed',
    file: 'native/registrations.cc',
    edits: [['if (IsAnsweredUnregistered(barrier)) return kContradiction;', '']],
    tests: ['evidence'],
  },
  {
    name: 'native-nothing-is-recorded',
    file: 'native/registrations.cc',
    edits: [['record.fetch_or(', 'static_cast<void>(']],
    tests: ['record', 'evidence'],
  },
  {
    name: 'native-deaths-go-unnoticed',
    file: 'native/addon.cc',
    edits: [['napi_add_env_cleanup_hook(env, MarkDead, data) == napi_ok', 'data != nullptr']],
    tests: ['rcu-death'],
  },
  {
    name: 'native-tokens-are-given-twice',
    file: 'native/threads.cc',
    edits: [['record->owner.store(nullptr, std::memory_order_release);', '']],
    tests: ['copies', 'rcu-death'],
  },
];

export const mutants: readonly Mutant[] = [...once, ...others, ...faults.map(ofFault)];
