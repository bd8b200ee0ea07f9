/** Reports of membarrier bench: as text, side by side, and read from files that may hold anything. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { renderComparison } from '../../bench/report/compare.js';
import { figure, percent, signed } from '../../bench/report/format.js';
import { html } from '../../bench/report/markup.js';
import { readReport } from '../../bench/report/read.js';
import type { Comparison, Report, Section, Table } from '../../bench/report/schema.js';
import { answerOf } from '../../bench/report/summary.js';
import { renderReport } from '../../bench/report/text.js';
import { UsageError } from '../../terminal/result.js';
import { emulatedReport, realReport, sampleReport, withTexts } from '../support/bench/bench-report.js';

const text = renderReport(sampleReport);

/** The sample with this table alone. */
function reportOf(...tables: Table[]): Report {
  return { ...sampleReport, sections: [{ name: 'a section', tables, missing: [] }] };
}

function compared(row: Partial<Comparison>): string {
  const whole: Comparison = {
    ...{ path: ['a row'], unit: 'ns', base: 1000, difference: 4, low: -8, high: 6 },
    ...{ confidence: 0.95, pairs: 40, conclusion: 'no difference found', ...row },
  };
  return renderReport(reportOf({ kind: 'comparison', title: 'a table', rows: [whole], notes: [] }));
}

t.test('the machine comes first', async (t) => {
  t.match(
    text,
    /^node-membarrier bench 0\.1\.0, full, started 2026-11-24T09:30:00\.000Z, took 93\.4 s\nkernel +Linux 6\.18\.0\n/,
  );
  t.match(text, /^CPU +AMD EPYC 9005, 2 CPUs to use$/m);
  t.match(text, /^mitigations +spec_rstack_overflow: Mitigation: Safe RET$/m);
  t.notMatch(text, 'meltdown', 'what the processor has not is left out');
  t.notMatch(text, 'emulated');
  t.match(renderReport(emulatedReport), /^The processor is emulated: times mean nothing here/m);
  t.match(renderReport({ ...sampleReport, complete: false }), 'interrupted after 93.4 s: NOT COMPLETE');
});

t.test('distributions: what was asked for has a column if something was', async (t) => {
  t.match(text, /^a call, no running sibling +unit +median +p10 +p90 +p99 +asked for$/m);
  t.match(text, /^QUERY in a C loop +ns +239 +235 +249 +273$/m);
  t.match(
    text,
    /^Barrier +ns +391 +384 +409 +429\n {2}more than C +ns +24\.3 +12\.1 +43\.0 +62\.0 +median <= 15 ns: MISSED$/m,
  );
  t.match(text, /^ {2}to C +times +1\.005 +0\.974 +1\.034 +1\.141 +median <= 1\.02 times: met$/m);
  t.match(text, /^synchronous part of the call .* p99 <= 0\.2 ms: met$/m);
  t.match(text, /^registerSync\(\) +unit +median +p10 +p90 +p99$/m);
});

t.test('numbers stand below each other by their last digit', async (t) => {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith('a call, 1 running sibling'));
  const ends = lines.slice(start, start + 4).map((line) => /^.*?(ns|times|unit) +(\S+)/.exec(line)?.[0].length);
  t.equal(new Set(ends).size, 1, `the medians end in one column: ${ends.join()}`);
});

t.test('a row that others belong to is not repeated; where there is none, a heading says it', async (t) => {
  t.match(
    text,
    /^between two processes\n {2}PRIVATE_EXPEDITED +ns .*\n {2}GLOBAL_EXPEDITED +ns .*\nbetween two threads/m,
  );
  t.equal(text.match(/^Barrier/gm)?.length, 2, 'once in each of its tables');
});

t.test('comparisons: the difference, in percent too, and how small it must be if none was found', async (t) => {
  t.match(
    text,
    /^a switch between threads.* unit +base +difference +95 % interval +of base +95 % interval +conclusion$/m,
  );
  t.match(
    text,
    /^ {2}GLOBAL_EXPEDITED +ns +2,304 +\+31\.2 +\+22\.8 to \+39\.9 +\+1\.4 % +\+0\.99 to \+1\.7 % +costs more$/m,
  );
  t.match(compared({}), /\+4\.00 +-8\.00 to \+6\.00 +\+0\.4 % +-0\.8 to \+0\.6 % +no difference found within 0\.8 %$/m);
  t.match(compared({ base: 0 }), / - +- +no difference found$/m, 'nothing is a percentage of 0');
});

t.test('a control says whether it came out as it must', async (t) => {
  t.match(text, /^the same twice .* no difference found within 0\.38 %; a control, as it must$/m);
  t.match(text, /^with 200 instructions more .* costs more; a control, as it must$/m);
  const failed = compared({ control: { expected: 'costs more', met: false } });
  t.match(failed, /no difference found within 0\.8 %; a control, NOT AS IT MUST \(costs more\)$/m);
});

t.test('counts and bystanders', async (t) => {
  t.match(text, /^interrupts of another CPU, each call +unit +each +expected$/m);
  t.match(text, /^ {2}a running thread of this process +interrupts +1\.002 +1 +as expected$/m);
  t.match(text, /^ {2}another process, not registered +interrupts +0\.21 +0 +NOT AS EXPECTED$/m);
  t.match(text, /barriers\/s +throughput +p99\.9, us +longest pause, us$/m);
  t.match(text, /^ {2}as many as it can +1,910,000 +99\.9 % +8\.25 +33\.0$/m);
});

t.test('notes stand below their table, and what is missing below its section', async (t) => {
  t.match(text, /: MISSED\n976 rounds kept, 24 discarded for the number of running siblings\n\na call, 1/);
  t.match(text, /\n\nnot measured: a call, 3 running siblings: there are 2 CPUs\n\nregistration\n-+\n/);
  t.ok(text.endsWith("rcu\n---\n\nnot measured: liburcu's rows: there is no C compiler"));
});

t.test('no text of a report steers the terminal or begins a line', async (t) => {
  const lines = renderReport(withTexts(sampleReport, (own) => own)).split('\n').length;
  const check = (foreign: string) => {
    const rendered = renderReport(withTexts(sampleReport, (own) => `${own}${foreign}.`));
    t.notMatch(rendered, /[^\P{C}\n]/u);
    t.equal(rendered.split('\n').length, lines);
  };
  for (const foreign of ['\u001b[2J', '\n\n', '\r', '\u2028', '\u202e', '\u0085', '\u009b31m']) check(foreign);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 8 }), (foreign) => {
      const rendered = renderReport(withTexts(reportOf(), (own) => own + foreign));
      return !/[\p{Cc}\p{Cf}]/u.test(rendered.replaceAll('\n', ''));
    }),
  );
});

t.test('figures', async (t) => {
  t.strictSame(
    [0, -0, 0.0123, 0.00123, 0.07, 9.996, 24.3, 99.95, 391.4, 11815.4, 1234567, -65.4, -0.00000001, 1e300].map(figure),
    [
      '0',
      '0',
      '0.012',
      '0.00123',
      '0.070',
      '10.0',
      '24.3',
      '100',
      '391',
      '11,815',
      '1,234,567',
      '-65.4',
      '0.000000',
      '1.00e+300',
    ],
  );
  t.strictSame([3.1, -3.1, 0].map(signed), ['+3.10', '-3.10', '0']);
  t.strictSame([0.00831, 0.5, 12.345, 0].map(percent), ['0.83 %', '50 %', '1,230 %', '0 %']);
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e9, noNaN: true }), (value) => {
      const read = Number(figure(value).replaceAll(',', ''));
      return Math.abs(read - value) <= 0.0051 * value || Math.abs(read - value) <= 0.00051;
    }),
  );
});

t.test('what is put into a page is text', async (t) => {
  t.equal(html`<p title="${'"\'&'}">${'<b>'}</p>`.text, '<p title="&#34;&#39;&#38;">&#60;b&#62;</p>');
  t.equal(html`<ul>${[html`<li>`, html`<li>`]}</ul>${html``}${7}`.text, '<ul><li><li></ul>7');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (foreign) => {
      const { text } = html`${foreign}`;
      const back = text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
      return !/[<>"']|&(?!#\d+;)/.test(text) && back === foreign;
    }),
  );
});

t.test('hosts side by side', async (t) => {
  const other = structuredClone(sampleReport);
  const calls = other.sections[0]?.tables[0] as Extract<Table, { kind: 'distribution' }>;
  calls.rows = calls.rows.filter(({ path }) => path.join() !== 'raw(Command.QUERY),more than C');
  calls.rows.push({ ...calls.rows[0], path: ['a row of its own'] } as (typeof calls.rows)[number]);
  for (const row of calls.rows) row.median *= 2;
  other.sections[1]?.tables.pop();
  other.environment.kernel = 'Linux 7.0';
  const both = renderComparison([
    { name: 'zen5', report: sampleReport },
    { name: 'zen4', report: other },
  ]);
  t.match(both, /^kernel +Linux 6\.18\.0 +Linux 7\.0$/m);
  t.match(both, /^calls: a call, no running sibling +unit +zen5 +p10 to p90 +zen4 +p10 to p90 +to zen5$/m);
  t.match(both, /^Barrier +ns +391 +384 to 409 +781 +384 to 409 +2\.000$/m);
  t.match(both, /^zen5 lacks: a row of its own\nzen4 lacks: raw\(Command\.QUERY\): more than C$/m);
  t.notMatch(both, /^ *a row of its own/m);
  t.match(both, /^only zen5 has: registration: registerSync\(\)$/m);
  t.match(both, /^ {2}GLOBAL_EXPEDITED +ns +\+31\.2 +\+22\.8 to \+39\.9 +\+31\.2 +\+22\.8 to \+39\.9 +1\.000$/m);
  t.match(both, /^the same twice .* -$/m, 'no ratio of differences that were not found');
  t.match(both, /^ {2}as many as it can +% +68\.8 +121 +68\.8 +121 +1\.000$/m);
});

t.test('of an emulated host only what is counted is shown', async (t) => {
  const both = renderComparison([
    { name: 'real', report: sampleReport },
    { name: 'emulated-one', report: emulatedReport },
  ]);
  t.match(both, /^Emulated, so that times mean nothing and are left out \(-\): emulated-one$/m);
  t.match(both, /^Barrier +ns +391 +384 to 409 +- +- +-$/m);
  t.match(both, /^ {2}to C +times +1\.005 +0\.974 to 1\.034 +- +- +-$/m);
  t.match(both, /^ {2}as many as it can +% +68\.8 +121 +- +- +-$/m);
  t.match(both, /^ {2}another process, registered +interrupts +1\.001 +1 +1\.001 +1 +1\.000$/m);
});

t.test('a file that is a report', async (t) => {
  const path = join(t.testdir({ 'report.json': JSON.stringify(sampleReport) }), 'report.json');
  t.strictSame(readReport(path), sampleReport);
  writeFileSync(path, `\ufeff${JSON.stringify(sampleReport)}`);
  t.strictSame(readReport(path), sampleReport, 'after a byte order mark');
});

t.test('a file that is none: what is wrong with it', async (t) => {
  const folder = t.testdir();
  const refused = (content: string, message: RegExp) => {
    const path = join(folder, 'report.json');
    writeFileSync(path, content);
    t.throws(() => readReport(path), { constructor: UsageError, message }, content.slice(0, 60));
  };
  const changed = (change: object) => JSON.stringify({ ...sampleReport, ...change });
  t.throws(() => readReport(join(folder, 'absent')), {
    constructor: UsageError,
    message: /absent cannot be read: ENOENT$/,
  });
  t.throws(() => readReport(folder), { constructor: UsageError, message: /cannot be read: EISDIR$/ });
  refused('{', /report\.json is not JSON: /);
  refused('null', /is no report of membarrier bench: all of it: .*Expected Object but received null/);
  refused('{}', /is no report of membarrier bench: format: .*Expected "format"/);
  refused(changed({ tool: 'another' }), /: tool: .*Expected "node-membarrier bench" but received "another"/);
  refused(changed({ tool: '\u001b[2J\n' }), /: tool: [^\p{Cc}]*$/u);
  refused('\u001b[2J', /is not JSON: [^\p{Cc}]*$/u);
  refused(changed({ seconds: '93' }), /: seconds: .*Expected number but received "93"/);
  refused(changed({ started: 'yesterday' }), /: started: /);
  refused(
    changed({ sections: [{ name: 'calls', tables: [{ kind: 'pie' }], missing: [] }] }),
    /: sections\.0\.tables\.0\.kind: /,
  );
  refused(changed({ format: 2 }), /has format 2, of a later version of node-membarrier: this one reads 1$/);
  refused(changed({ format: 2, sections: 'changed' }), /has format 2, of a later version/);
  refused(changed({ format: 0 }), /: format: /);
});

/** What the page says of a section, with some of its rows changed. */
function answered(name: string, change: (table: Table) => void = () => {}) {
  const section = structuredClone(realReport.sections.find((section) => section.name === name)) as Section;
  for (const table of section.tables) change(table);
  return answerOf(section);
}

t.test('a measured report answers every question, sentence by sentence', async (t) => {
  const sentences = {
    calls: 3,
    registration: 3,
    scheduler: 3,
    interrupts: 1,
    bystander: 2,
    fences: 3,
    rcu: 2,
    import: 1,
  };
  t.strictSame(
    realReport.sections.map(({ name }) => name),
    Object.keys(sentences),
  );
  for (const [name, count] of Object.entries(sentences)) {
    const answer = answered(name);
    t.match(answer.question, /^W.*\?$|^Is .*\?$/);
    t.equal(answer.sentences.length, count, name);
    for (const { text } of answer.sentences) t.match(text, /\d.*\.\)?$/);
  }
});

t.test('what did not come out as it must is said', async (t) => {
  const fail = (expected: string) => (table: Table) => {
    if (table.kind !== 'comparison') return;
    for (const { control } of table.rows) if (control !== undefined) control.met = control.expected !== expected;
  };
  const said = (name: string, change: (table: Table) => void) => answered(name, change).sentences[0];
  t.match(said('scheduler', fail('no difference found')), { wrong: true, text: /same arm twice showed one as well/ });
  t.match(said('scheduler', fail('costs more')), { wrong: false, text: /A planted cost did not show/ });
  const miscount = (table: Table) => {
    if (table.kind === 'count') Object.assign(table.rows[0] as object, { each: 0.5, met: false });
  };
  t.match(said('interrupts', miscount), { wrong: true, text: /^Not as expected: .*: 0\.5 in place of \d/ });
});

t.test('a difference that was found is named, with its size', async (t) => {
  const cost = (table: Table) => {
    if (table.kind !== 'comparison') return;
    for (const row of table.rows.filter(({ path }) => path[0] === 'PRIVATE_EXPEDITED')) {
      Object.assign(row, { base: 2000, difference: 30, low: 20, high: 40, conclusion: 'costs more' });
    }
  };
  const [processes, threads] = answered('scheduler', cost).sentences;
  t.match(processes?.text, /PRIVATE_EXPEDITED, one of the two costs more: 30\.0 ns \(1\.5 %\); .*both costs more/);
  t.match(threads?.text, /two threads of one process, PRIVATE_EXPEDITED costs more/);
});

t.test('rows that are not there leave their sentence out', async (t) => {
  const { sentences } = answered('calls', (table) => {
    if (table.title.includes('1 running sibling')) table.rows = [];
  });
  t.equal(sentences.length, 2);
  t.strictSame(answerOf({ name: 'calls', tables: [], missing: [] }).sentences, []);
});
