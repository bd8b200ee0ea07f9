/** Mutants of lib/fence. */
import type { Mutant } from './mutant.js';

const lock = 'fence/lock-operations.js';

export const ofFence: readonly Mutant[] = [
  {
    name: 'death-asked-after-inside',
    file: lock,
    edits: [
      ['const dead = isThreadDead(owner);', ''],
      ['if (dead)', 'if (isThreadDead(owner))'],
    ],
    tests: ['fence/lock-operations'],
  },
  {
    name: 'a-revocation-cut-short-stays',
    file: lock,
    edits: [['isHeld && words[Word.BIAS] === REVOKED', 'isHeld']],
    tests: ['fence/biased-lock'],
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
    tests: ['fence/lock-operations'],
  },
  {
    name: 'unlock-without-light',
    file: lock,
    edits: [['light();\n        words[Word.INSIDE] = 0;', 'words[Word.INSIDE] = 0;']],
    tests: ['fence/lock-operations'],
  },
  {
    name: 'expel-without-first-heavy',
    file: lock,
    edits: [['heavy(); // orders BIAS before', '// orders BIAS before']],
    tests: ['fence/lock-operations'],
  },
  {
    name: 'expel-without-second-heavy',
    file: lock,
    edits: [["if (result !== 'busy')\n            heavy();", '']],
    tests: ['fence/lock-operations'],
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
    tests: ['fence/lock-operations', 'base/stack'],
  },
  { name: 'no-stack-required-to-revoke', file: lock, edits: [['requireStack();', '']], tests: ['base/stack'] },
  {
    name: 'a-barrier-is-not-tried',
    file: 'fence/fence-strategy.js',
    edits: [['registration();\n', '']],
    tests: ['core/contradictions'],
  },
];
