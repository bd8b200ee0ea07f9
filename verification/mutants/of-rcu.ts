/** Mutants of lib/rcu, apart from its steps. */
import type { Mutant } from './mutant.js';

export const ofRcu: readonly Mutant[] = [
  {
    name: 'read-leaves-no-section-at-the-end',
    file: 'rcu/reader.js',
    edits: [['if (nesting === 1)', 'if (nesting === -1)']],
    tests: ['rcu/read'],
  },
  {
    name: 'read-leaves-no-inner-section',
    file: 'rcu/reader.js',
    edits: [['else if (nesting > 1)', 'else if (nesting < 0)']],
    tests: ['rcu/read'],
  },
  {
    name: 'a-sleep-without-limit',
    file: 'rcu/grace-period-waiter.js',
    edits: [['shortest < 0 ?', 'shortest < 1000 ?']],
    tests: ['rcu/death'],
  },
  {
    name: 'an-abort-that-removes-nothing',
    file: 'rcu/pending-waits.js',
    edits: [['this.#list.splice(index, 1)', 'void index']],
    tests: ['rcu/stall'],
  },
  {
    name: 'callbacks-in-the-loops-context',
    file: 'rcu/callbacks.js',
    edits: [
      ['run: () => context.runInAsyncScope(runAsOnesOwn, undefined, callback)', 'run: () => runAsOnesOwn(callback)'],
    ],
    tests: ['rcu/callbacks'],
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
    tests: ['rcu/callbacks', 'base/stack'],
  },
  {
    name: 'a-timer-at-the-end-of-the-stack',
    file: 'rcu/pending-waits.js',
    edits: [['requireStack();\n        this.#alive', 'void 0;\n        this.#alive']],
    tests: ['base/stack'],
  },
  {
    name: 'no-stack-required-to-drive',
    file: 'rcu/grace-period-waiter.js',
    edits: [['this.#steps.requireStack(1);', '']],
    tests: ['base/stack'],
  },
  {
    name: 'given-up-and-kept-alive',
    file: 'rcu/pending-waits.js',
    edits: [['if (this.#list.length > 0)\n                this.#refEventLoop(', 'this.#refEventLoop(']],
    tests: ['rcu/stall'],
  },
  {
    name: 'waits-take-no-turn',
    file: 'rcu/pending-waits.js',
    edits: [['await new Promise(setImmediate);', 'await undefined;']],
    tests: ['rcu/callbacks', 'rcu/waiting'],
  },
  {
    name: 'a-given-up-wait-counts',
    file: 'rcu/stall.js',
    edits: [['sequence !== this.#sequence || cookie !== this.#cookie', 'sequence !== this.#sequence']],
    tests: ['rcu/stall'],
  },
  {
    name: 'any-copy-of-the-package',
    file: 'rcu/memory.js',
    edits: [['!== identity', '!== identity && false']],
    tests: ['addon/copies'],
  },
  {
    name: 'any-cookie',
    file: 'rcu/cookies.js',
    edits: [['const sequence = (cookie - tag) / TAGS;', 'const sequence = Math.trunc(cookie / TAGS);']],
    tests: ['rcu/errors'],
  },
];
