/**
 * The figures that README.md and docs/guide/ show: which rows of a report, and in which words. A place in a page is
 *
 *     <!-- figures map x86-64-node-20.json -->
 *     <!-- /figures -->
 */

/** Of each set: headings, and rows. A row has a label, then in each column a row of the report and what follows it. */
const sets = {
  readme: {
    headings: ['', 'time', 'time compared with'],
    rows: [
      [
        '`get()` of a key that the worker reads often',
        'collections/hot/near',
        ['collections/hot/near/to-map', ' a private `Map`'],
      ],
      [
        '`set()` of an object',
        'collections/existing/shared',
        ['collections/existing/shared/to-deltas', ' a `Map` and messages to 3 workers'],
      ],
      ['a thread that polls `get()` sees the change', ['collections/visible/seen', ' after `set()`'], ''],
      ['`BiasedLock`, its owner', 'fences/lock/owner', ['fences/lock/owner/to-futex', ' a lock on `Atomics`']],
      [
        '`readLock()` and `readUnlock()`, two readers',
        'rcu/two/object/both',
        ['rcu/two/object/both/here-to-lock', ' a reader-writer lock'],
      ],
    ],
  },
  fences: {
    headings: ['', 'time', 'time compared with'],
    rows: [
      [
        '`light()`, called from JavaScript',
        'fences/call/light/more-than-empty',
        ['fences/call/light/to-store', ' an `Atomics.store`'],
      ],
      ['`light()`, inline in WebAssembly', 'fences/inline/light/more-than-without', ''],
      ['a full fence, inline in WebAssembly', 'fences/inline/full/more-than-without', ''],
      ['`heavy()`, no other thread running', 'fences/heavy-alone/heavy', ''],
      [
        '`heavy()`, one thread running on another CPU',
        'fences/heavy-beside/heavy',
        ['fences/heavy-beside/heavy/to-c', ' the system call in C'],
      ],
    ],
  },
  'break-even': {
    headings: ['', 'reads per write'],
    rows: [
      ['no other thread runs', 'fences/break-even-alone/call'],
      ['one other thread runs, and is interrupted', 'fences/break-even-beside/call'],
    ],
  },
  lock: {
    headings: ['lock and unlock, uncontended', 'time', 'time compared with'],
    rows: [
      ['BiasedLock, its owner', 'fences/lock/owner', ['fences/lock/owner/to-futex', ' a lock on `Atomics.wait`']],
      ['BiasedLock, its bias revoked', 'fences/lock/revoked', ''],
      ['a lock on `Atomics.wait`', 'fences/lock/futex', ''],
    ],
  },
  rcu: {
    headings: ['', 'time', 'time compared with'],
    rows: [
      [
        '`readLock()` and `readUnlock()`',
        'rcu/one/object',
        ['rcu/one/object/to-stores', ' two calls into WebAssembly that store a word'],
      ],
      [
        'the same, to a reader-writer lock on Atomics',
        ['rcu/one/object/to-lock', ', one reader'],
        ['rcu/two/object/both/here-to-lock', ', two readers on two CPUs'],
      ],
      ['`read(section)`', 'rcu/one/read', ''],
      ['written out in WebAssembly', 'rcu/one/inline', ['rcu/one/inline/to-urcu', ' liburcu in C, inlined']],
      [
        '`synchronizeSync()`, no running reader',
        'rcu/grace-period-alone/own',
        ['rcu/grace-period-alone/own/to-urcu', ' liburcu'],
      ],
      [
        'the same, one running reader on the other CPU',
        'rcu/grace-period-beside/own',
        ['rcu/grace-period-beside/own/to-barriers', ' its two barriers'],
      ],
      ['each idle reader adds', 'rcu/idle-readers/readers-1000/each', ''],
    ],
  },
  membarrier: {
    headings: ['', 'from JavaScript', 'in a C loop'],
    rows: [
      [
        '`barrier()`, PRIVATE_EXPEDITED, no sibling running',
        'calls/alone/PRIVATE_EXPEDITED/node',
        'calls/alone/PRIVATE_EXPEDITED/c',
      ],
      [
        'the same, one sibling running on the other CPU',
        'calls/beside/PRIVATE_EXPEDITED/node',
        'calls/beside/PRIVATE_EXPEDITED/c',
      ],
      ['`raw(Command.QUERY)`', 'calls/unregistered/QUERY/node', 'calls/unregistered/QUERY/c'],
      ['a call refused before its registration, thrown and caught', 'calls/refused/facade', ''],
      ['`register()`, the first of a kind in the process', 'registration/register/total', ''],
      ['of that, on the event loop', 'registration/register/synchronous', ''],
      ['`global()`', 'registration/global/total', ''],
      ["`import 'node-membarrier'`", 'import/process/imports/more-than-empty', ''],
    ],
  },
};

export function renderSet(name, { sections, environment, started }) {
  const set = sets[name];
  if (set === undefined) throw new Error(`there is no set of figures '${name}'`);
  const figuresAt = (path) => {
    const [section, table, ...row] = path.split('/');
    const rows = sections.find((one) => one.name === section)?.tables.find((one) => one.id === table)?.rows;
    const figures = rows?.find(({ id }) => id === row.join('/'))?.figures;
    if (figures === undefined) throw new Error(`the report has no row ${path}`);
    return figures;
  };
  const cell = (content) => {
    const [path, behind = ''] = [content].flat();
    if (path === '') return '';
    const { median, unit } = figuresAt(path);
    return `${shown(median, unit)}${behind}`;
  };
  const rows = set.rows.map(([label, ...cells]) => [label].concat(cells.map(cell)));
  const lines = [set.headings, set.headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const { cpu, cpus, node, kernel } = environment;
  const release = /^Linux \d+\.\d+/.exec(kernel)?.[0];
  const where = [cpu, `${cpus} CPUs`, release, `Node.js ${node.replace('v', '')}`, started.slice(0, 10)];
  return `${lines.join('\n')}\n\nMedians on a virtual machine: ${where.join(', ')}.`;
}

const larger = { ns: 'us', us: 'ms' };

/** With two or three digits that count. */
function shown(value, unit) {
  if (value >= 1000 && larger[unit] !== undefined) return shown(value / 1000, larger[unit]);
  const digits = value < 1 ? 2 : value < 10 ? 1 : 0;
  const text = value.toFixed(digits);
  return `${Number(text) >= 1000 ? Number(text).toLocaleString('en') : text} ${unit}`;
}
