/** Mutants of the event-loop flavor, and of what collections do in it. */
import type { Mutant } from './mutant.js';

const wat = 'lib/rcu/domain.wat';

export const ofLoop: readonly Mutant[] = [
  {
    name: 'online-twice',
    file: wat,
    edits: [['(then (return (global.get $ONLINE)))', '(then)']],
    tests: ['rcu/event-loop'],
  },
  {
    name: 'acknowledge-wakes-nobody',
    file: wat,
    edits: [['    (enter)\n    (wake)\n', '    (enter)\n']],
    tests: ['rcu/event-loop'],
  },
  {
    name: 'acknowledge-the-old-state',
    file: wat,
    edits: [['    (enter)\n    (wake)\n', '    (wake)\n']],
    tests: ['rcu/event-loop'],
  },
  {
    name: 'acknowledges-in-nested-loops',
    file: 'threads/between-callbacks.js',
    edits: [
      ['executionAsyncId() !== 0', 'false'],
      ['if (isCalledByUsers(calledBy))', 'if (false)'],
    ],
    tests: ['rcu/nested-loop'],
  },
  {
    name: 'acknowledges-for-all-when-one-goes-online',
    file: 'rcu/quiescence.js',
    edits: [['this.#setOnline([...before, claim]);', 'this.#acknowledgeAll(); this.#setOnline([...before, claim]);']],
    tests: ['rcu/event-loop'],
  },
  {
    name: 'waits-while-it-is-online',
    file: 'base/suspend.js',
    edits: [['one.suspend();', '']],
    tests: ['rcu/event-loop-process'],
  },
  {
    name: 'a-view-is-not-waited-for',
    file: 'collections/table.js',
    edits: [['sections === 0 && !isViewed && lastsForCallback', 'lastsForCallback']],
    tests: ['collections/view'],
  },
  {
    name: 'waits-with-a-view',
    file: 'collections/writer.js',
    edits: [['reclaim() === 1 && this.#table.mayWait', 'reclaim() === 1']],
    tests: ['collections/view'],
  },
  {
    name: 'reads-offline-without-a-section',
    file: 'collections/place.js',
    edits: [['this.#isOffline && this.#offlineSections === 0 ? this.slot : 0', '0']],
    tests: ['collections/view'],
    survives: 'a thread has to lose its CPU in the 50 ns between finding a value and copying it, while it is offline',
  },
  {
    name: 'waits-online-in-other-collections',
    file: 'collections/place.js',
    edits: [['[...onlinePlaces].filter(', '[this].filter(']],
    tests: ['collections/view'],
  },
];
