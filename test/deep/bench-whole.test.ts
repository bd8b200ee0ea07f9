/** All of `membarrier bench --quick`: 45 seconds. */
import t from 'tap';
import { answerOf } from '../../bench/report/summary.js';
import { plans } from '../../bench/sections.js';
import { bench, readBench } from '../support/bench/bench.js';

t.setTimeout(300_000);

t.test('every section says what it has measured, or why not', async (t) => {
  const ended = await bench('--quick', '--json');
  const found = readBench(ended);
  t.equal(ended.status, found.sections.every(({ missing }) => missing.length === 0) ? 0 : 4);
  t.strictSame(
    found.sections.map(({ name }) => name),
    plans.map(({ name }) => name),
  );
  for (const section of found.sections) {
    const { name, tables, missing } = section;
    t.ok(tables.length > 0, name);
    t.ok(answerOf(section).sentences.length > 0, `${name} has an answer on the page`);
    for (const { what, why } of missing)
      t.match(why, /not installed|too few samples|no C compiler|too long for --quick/, `${what}: ${why}`);
  }
  const comparisons = found.sections.flatMap(({ tables }) => tables).filter((table) => table.kind === 'comparison');
  for (const { name, tables } of found.sections) {
    const ids = tables.flatMap(({ id, rows }) => [id, ...rows.map((row) => `${id} ${row.id}`)]);
    t.equal(new Set(ids).size, ids.length, `${name}: every id is the only one`);
    for (const { kind, rows } of tables) {
      for (const { id, figures } of kind === 'samples' ? rows : []) {
        const isCost = !/against/.test(id);
        if (isCost && figures !== null) t.ok(figures.median >= 0, `${id} claims no negative cost`);
      }
    }
  }
  t.ok(
    comparisons.every((table) => table.rows.some(({ figures }) => figures?.control !== undefined)),
    'no comparison is without a control',
  );
});
