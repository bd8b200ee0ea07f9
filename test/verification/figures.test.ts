/** The check of the project's figures: it knows the rows of bench, and says what was missed and what is not there. */
import t from 'tap';
import type { Report } from '../../bench/report/schema.js';
import { judge } from '../../verification/figures/judge.js';
import { limits } from '../../verification/figures/limits.js';
import { realReport } from '../support/bench/bench-report.js';

/** The report with all its figures so many times as large. */
function scaled(times: number): Report {
  const statistics = new Set(['median', 'p99']);
  return JSON.parse(JSON.stringify(realReport), (key, value: number) =>
    statistics.has(key) ? times * value : value,
  ) as Report;
}

t.test('every limit is one of a row that a full run measures', async (t) => {
  const { unmeasured, markdown } = judge([realReport]);
  t.equal(unmeasured, 0, markdown);
});

t.test('what is above its limit is missed, and bold', async (t) => {
  const { markdown, missed } = judge([scaled(0), scaled(1e9)]);
  t.match(markdown, /^\| a process, .*: with import 'node-membarrier': .* \| 4 ms \| 0 \| \*\*\d[\d,]+\*\* \|$/m);
  const neverPositive = limits.filter(({ row }) => /against|more/.test(row)).length;
  t.ok(missed <= limits.length && missed >= limits.length - neverPositive, `${missed} of ${limits.length}`);
});

t.test('what a report does not have is not met', async (t) => {
  const { markdown, missed, unmeasured } = judge([{ ...realReport, sections: [] }]);
  t.strictSame({ missed, unmeasured }, { missed: 0, unmeasured: limits.length });
  t.match(markdown, /^\| fences: call: light\/to-store \| 0\.35 \| - \|$/m);
});
