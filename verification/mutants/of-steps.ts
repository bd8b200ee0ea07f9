/** Mutants of the steps on the words of a domain: lib/rcu/domain.wat. */
import type { Mutant } from './mutant.js';

const wat = 'lib/rcu/domain.wat';
const steps = ['rcu/steps'];

const raiseMark = `    (if (i32.lt_u (i32.atomic.load (global.get $SLOT_HIGH_WATER)) (local.get $mark))
      (then (drop (i32.atomic.rmw.cmpxchg (global.get $SLOT_HIGH_WATER)
        (i32.sub (local.get $mark) (i32.const 1)) (local.get $mark)))))
`;
const takeOwner = `    (if (i32.ne (local.get $owner)
          (i32.atomic.rmw.cmpxchg offset=12 (local.get $slot) (local.get $owner) (global.get $self)))
      (then (return (i32.const 0))))
`;

export const ofSteps: readonly Mutant[] = [
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
    name: 'wake-loads-wait-word-plainly',
    file: wat,
    edits: [['(i32.atomic.load8_u offset=16', '(i32.load8_u offset=16']],
    tests: steps,
  },
  {
    name: 'reap-any-word',
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
    name: 'reap-keeps-the-owner',
    file: wat,
    edits: [['    (drop (i32.atomic.rmw.cmpxchg offset=12 (local.get $slot) (local.get $owner) (i32.const 0)))\n', '']],
    tests: steps,
  },
  {
    name: 'reap-without-fence',
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
    name: 'even-tickets',
    file: wat,
    edits: [
      [
        '(i32.or (i32.add (i32.load offset=8 (local.get $slot)) (i32.const 2)) (i32.const 1))',
        '(i32.add (i32.load offset=8 (local.get $slot)) (i32.const 2))',
      ],
    ],
    tests: ['rcu/slots', 'rcu/errors'],
    survives: 'a ticket need not be odd: it is told from the others because it is another number',
  },
  {
    name: 'scan-leaves-out-the-last-slot',
    file: wat,
    edits: [
      [
        '  (@define scan\n    (local.set $end (end_of_slots))',
        '  (@define scan\n    (local.set $end (i32.sub (end_of_slots) (i32.const 128)))',
      ],
    ],
    tests: ['rcu/slots', 'rcu/death'],
  },
  {
    name: 'over-when-fenced',
    file: wat,
    edits: [
      [
        '(i64.or (i64.shl (i64.trunc_f64_u (local.get $cookie)) (i64.const 16)) (i64.const 2))))\n',
        '(i64.or (i64.shl (i64.trunc_f64_u (local.get $cookie)) (i64.const 16)) (i64.const 1))))\n',
      ],
    ],
    tests: ['rcu/fences', 'rcu/domain'],
  },
  {
    name: 'unlock-without-ticket',
    file: wat,
    edits: [
      [
        '(local $nesting i64)\n    (local $wait_word i32)\n    (if (i32.ne (i32.load offset=8 (local.get $slot)) (local.get $ticket))\n      (then (return (global.get $NOT_YOURS))))',
        '(local $nesting i64)\n    (local $wait_word i32)',
      ],
    ],
    tests: ['rcu/slots', 'rcu/errors'],
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
    tests: ['rcu/waiting'],
  },
  {
    name: 'any-address-is-a-slot',
    file: wat,
    edits: [['        (i32.load (global.get $MAX_READERS)))))', '        (i32.const -1))))']],
    tests: ['rcu/errors'],
  },
  {
    name: 'begin-while-one-is-under-way',
    file: wat,
    edits: [
      [
        '    (if (i64.ne (i64.and (global.get $seen) (i64.const 3)) (i64.const 2))\n      (then (return (f64.const 0))))\n',
        '',
      ],
    ],
    tests: ['rcu/steps', 'rcu/waiting'],
  },
  {
    name: 'begin-names-the-last-one',
    file: wat,
    edits: [
      ['(f64.convert_i64_u (i64.shr_u (local.get $advanced)', '(f64.convert_i64_u (i64.shr_u (global.get $seen)'],
    ],
    tests: ['rcu/steps', 'rcu/domain'],
  },
];
