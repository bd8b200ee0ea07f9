/** Reports of membarrier bench: as text, side by side, and read from files that may hold anything. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { renderComparison } from '../../bench/report/compare.js';
import { figure, percent, signed } from '../../bench/report/format.js';
import { html } from '../../bench/report/markup.js';
import { readReport } from '../../bench/report/read.js';
import type { Comparison, Conclusion, Report, Row, Samples, Section, Table } from '../../bench/report/schema.js';
import { answerOf } from '../../bench/report/summary.js';
import { renderReport } from '../../bench/report/text.js';
import { UsageError } from '../../terminal/result.js';
import { emulatedReport, realReport, sampleReport, withTexts } from '../support/bench/bench-report.js';

const text = renderReport(sampleReport);

/** The sample with this table alone. */
function reportOf(...tables: Table[]): Report {
  return { ...sampleReport, sections: [{ name: 'a section', tables, missing: [] }] };
}

function compared(figures: Partial<Comparison>): string {
  const whole: Comparison = {
    ...{ unit: 'ns', base: 1000, difference: 4, low: -8, high: 6 },
    ...{ confidence: 0.95, pairs: 40, conclusion: 'no difference found', ...figures },
  };
  const rows = [{ id: 'a-row', label: 'a row', figures: whole }];
  return renderReport(reportOf({ kind: 'comparison', id: 'a-table', title: 'a table', rows, notes: [] }));
}

t.test('the answers come first, then the machine', async (t) => {
  const answered = renderReport(realReport);
  const { question, sentences } = answerOf(realReport.sections[0] as Section);
  const lines = answered.split('\n');
  t.match(lines[0], /^node-membarrier bench \d\S+, \w+, \d{4}-\d\d-\d\d \d\d:\d\d UTC, took \d+\.?\d* s$/);
  t.strictSame(lines.slice(1, 3), ['', question]);
  const words = (text: string) => text.split(/\s+/);
  t.strictSame(words(lines.slice(3, 20).join(' ')).slice(1, 12), words(sentences[0]?.text ?? '').slice(0, 11));
  t.ok(answered.indexOf(question) < answered.indexOf('\nkernel '), 'before the machine');
  t.match(
    text,
    /^node-membarrier bench 0\.1\.0, full, 2026-11-24 09:30 UTC, took 93\.4 s\n\nWhat does a call cost\?\n/,
  );
  t.match(text, /^Is RCU worth it\?\n {2}Not measured\.\n\nkernel +Linux 6\.18\.0$/m);
  t.match(text, /^CPU +AMD EPYC 9005, 2 CPUs to use$/m);
  t.match(text, /^spec_rstack_overflow +Mitigation: Safe RET$/m);
  t.notMatch(text, 'meltdown', 'what the processor has not is left out');
  t.notMatch(text, 'emulated');
  t.match(renderReport(emulatedReport), /^The processor is emulated: times mean nothing here/m);
  t.match(renderReport({ ...sampleReport, complete: false }), /interrupted after 93\.4\s+s: NOT COMPLETE/);
});

t.test('prose fits 80 columns, and tables of figures 100', async (t) => {
  const isFigures = (line: string) => /^ *unit +| (ns|us|ms|times|reads|interrupts|barriers|percent) /.test(line);
  for (const report of [sampleReport, realReport, emulatedReport]) {
    for (const line of renderReport(report).split('\n')) t.ok(line.length <= (isFigures(line) ? 100 : 80), line);
  }
});

t.test('no word of a report is lost, however long', async (t) => {
  const letters = (more: string) => renderReport(withTexts(sampleReport, (own) => own + more)).match(/ж/g)?.length ?? 0;
  const [none, long] = [letters(''), letters('ж'.repeat(300))];
  t.ok(long - none > 300 * 50, 'labels, titles, notes, and what is missing');
  t.equal((long - none) % 300, 0);
});

t.test('samples', async (t) => {
  t.match(text, /^a call, no running sibling\n +unit +median +p10 +p90 +p99$/m);
  t.match(text, /^QUERY in a C loop +ns +239 +235 +249 +273$/m);
  t.match(text, /^Barrier +ns +391 +384 +409 +429\n {2}against C +ns +24\.3 +12\.1 +43\.0 +62\.0$/m);
  t.match(text, /^ {2}to C +times +1\.005 +0\.974 +1\.034 +1\.141$/m);
  t.notMatch(text, /asked for|MISSED/, "no limit, which is the project's own affair");
});

t.test('numbers stand below each other by their last digit', async (t) => {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith('a call, 1 running sibling'));
  const ends = lines.slice(start + 1, start + 5).map((line) => /^.*?(ns|times|unit) +(\S+)/.exec(line)?.[0].length);
  t.equal(new Set(ends).size, 1, `the medians end in one column: ${ends.join()}`);
});

t.test('a row that others belong to is not repeated; where there is none, a heading says it', async (t) => {
  t.match(
    text,
    /^between two processes\n {2}PRIVATE_EXPEDITED +ns .*\n {2}GLOBAL_EXPEDITED +ns .*\nbetween two threads/m,
  );
  t.equal(text.match(/^Barrier/gm)?.length, 2, 'once in each of its tables');
});

t.test('comparisons: the difference, and how small it must be if none was found', async (t) => {
  t.match(text, /^ +unit +base +difference +95 % interval +difference found$/m);
  t.match(text, /^ {2}GLOBAL_EXPEDITED +ns +2,304 +\+31\.2 +\+22\.8 to \+39\.9 +costs more, 1\.4 %$/m);
  t.match(compared({}), / +1,000 +\+4\.00 +-8\.00 to \+6\.00 +none above 0\.8 %$/m);
  t.match(compared({ base: 0 }), /no difference found$/m, 'nothing is a percentage of 0');
});

t.test('a control says whether it came out as it must', async (t) => {
  t.match(text, /^the same twice .* none above 0\.38 % \(as it must\)$/m);
  t.match(text, /^with 200 instructions more .* costs more, 2\.3 % \(as it must\)$/m);
  t.match(compared({ control: 'costs more' }), /none above 0\.8 % \(NOT AS IT MUST\)$/m);
});

t.test('counts and bystanders', async (t) => {
  t.match(text, /^interrupts of another CPU, each call\n +unit +median +p10 +p90 +p99 +expected$/m);
  t.match(text, /^ {2}a running thread of this process +interrupts +1\.002 +1\.002 +1\.002 +1\.002 +1$/m);
  t.match(text, /^ {2}another process, not registered +interrupts +0\.21 +0\.21 +0\.21 +0\.21 +NOT 0$/m);
  t.match(
    text,
    /^as many barriers as possible: throughput +percent +68\.8 .*\n {2}barriers a second +barriers +1,910,000 /m,
  );
});

t.test('notes stand below their table, and what is missing below its section', async (t) => {
  t.match(text, / +62\.0\n976 rounds kept, 24 discarded for the number of running siblings\n\na call, 1/);
  t.match(text, /\n\nnot measured: a call, 3 running siblings: there are 2 CPUs\n\nregistration\n-+\n/);
  t.ok(text.endsWith("rcu\n---\n\nnot measured: liburcu's rows: there is no C compiler"));
});

t.test('no text of a report steers the terminal or begins a line', async (t) => {
  const render = (more: string) => renderReport(withTexts(sampleReport, (own) => `${own}${more}.`));
  const check = (foreign: string) => {
    const rendered = render(foreign);
    t.notMatch(rendered, /[^\P{C}\n]/u);
    t.equal(rendered.split('\n').length, render('x'.repeat(foreign.length)).split('\n').length);
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
  const calls = other.sections[0]?.tables[0] as Extract<Table, { kind: 'samples' }>;
  calls.title = 'a title of a later version';
  calls.rows = calls.rows.filter(({ id }) => id !== 'QUERY/against-c');
  calls.rows.push({ ...structuredClone(calls.rows[0] as Row<Samples>), id: 'own', label: 'a row of its own' });
  for (const { figures } of calls.rows) if (figures !== null) figures.median *= 2;
  for (const row of calls.rows) if (row.id === 'barrier') row.label = 'another label';
  other.sections[1]?.tables.pop();
  other.environment.kernel = 'Linux 7.0';
  const both = renderComparison([
    { name: 'zen5', report: sampleReport },
    { name: 'zen4', report: other },
  ]);
  t.match(both, /^zen5: node-membarrier bench .*\nkernel +Linux 6\.18\.0\n/m);
  t.match(both, /^zen4: node-membarrier bench .*\nkernel +Linux 7\.0\n/m);
  t.match(both, /^calls: a call, no running sibling\n +unit +zen5 +spread +zen4 +spread +to zen5$/m);
  t.match(both, /^Barrier +ns +391 +384 to 409 +781 +384 to 409 +2\.000$/m, 'by their ids, whatever their labels are');
  t.match(both, /^zen5 lacks: a row of its own\nzen4 lacks: raw\(Command\.QUERY\): against C$/m);
  t.notMatch(both, /^ *a row of its own/m);
  t.match(both, /^only zen5 has: registration: registerSync\(\)$/m);
  t.match(both, /^ {2}GLOBAL_EXPEDITED +ns +\+31\.2 +\+22\.8 to \+39\.9 +\+31\.2 +\+22\.8 to \+39\.9 +1\.000$/m);
  t.match(both, /^the same twice .* -$/m, 'no ratio of differences that were not found');
  t.match(both, /^as many .* percent +68\.8 +67\.4 to 69\.5 +68\.8 +67\.4 to 69\.5 +1\.000$/m);
});

t.test('a row that the first host lacks stands below its own parent', async (t) => {
  const less = structuredClone(sampleReport);
  for (const table of less.sections.flatMap(({ tables }) => tables)) {
    if (table.kind === 'samples') table.rows = table.rows.filter(({ id }) => !id.startsWith('owner/'));
  }
  const hosts = [less, sampleReport, sampleReport].map((report, i) => ({ name: `host-${i}`, report }));
  t.match(renderComparison(hosts), /^BiasedLock, its .*\nowner\n {2}to a futex lock .*\n {2}to a spinning lock /m);
});

t.test('of an emulated host only what is counted is shown', async (t) => {
  const both = renderComparison([
    { name: 'real', report: sampleReport },
    { name: 'emulated-one', report: emulatedReport },
  ]);
  t.match(both, /^Emulated, so that times mean nothing and are left out \(-\): emulated-one$/m);
  t.match(both, /^Barrier +ns +391 +384 to 409 +- +- +-$/m);
  t.match(both, /^ {2}to C +times +1\.005 +0\.974 to 1\.034 +- +- +-$/m);
  t.match(both, /^as many .* percent +68\.8 +67\.4 to 69\.5 +- +- +-$/m);
  t.match(both, / interrupts +1\.002 +1\.002 to 1\.002 +1\.002 +1\.002 to 1\.002 +1\.000$/m);
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
    message: /^Cannot read .*absent: ENOENT$/,
  });
  t.throws(() => readReport(folder), { constructor: UsageError, message: /^Cannot read .*: EISDIR$/ });
  refused('{', /report\.json is not JSON: /);
  refused('null', /is not a report of membarrier bench: all of it: .*Expected Object but received null/);
  refused('{}', /is not a report of membarrier bench: format: .*Expected "format"/);
  refused(changed({ tool: 'another' }), /: tool: .*Expected "node-membarrier bench" but received "another"/);
  refused(changed({ tool: '\u001b[2J\n' }), /: tool: [^\p{Cc}]*$/u);
  refused('\u001b[2J', /is not JSON: [^\p{Cc}]*$/u);
  refused(changed({ seconds: '93' }), /: seconds: .*Expected number but received "93"/);
  refused(changed({ started: 'yesterday' }), /: started: /);
  refused(
    changed({ sections: [{ name: 'calls', tables: [{ kind: 'pie' }], missing: [] }] }),
    /: sections\.0\.tables\.0\.kind: /,
  );
  refused(
    JSON.stringify(sampleReport).replace('QUERY in a C loop', 'x'.repeat(201)),
    /\.rows\.0\.label: Invalid length: Expected <=200 but received 201/,
  );
  refused(changed({ format: 3 }), /has format 3, of a later version\. This version reads format 2$/);
  refused(changed({ format: 3, sections: 'changed' }), /has format 3, of a later version/);
  refused(changed({ format: 1, sections: 'changed' }), /has format 1, of an earlier version/);
  refused(
    JSON.stringify(sampleReport).replace('"id":"QUERY"', '"id":"QUERY/"'),
    /: sections\.0\.tables\.0\.rows\.1\.id: Expected words, with slashes between them$/,
  );
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
    qsbr: 3,
    collections: 4,
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
  const fail = (expected: Conclusion) => (table: Table) => {
    if (table.kind !== 'comparison') return;
    const opposite = expected === 'costs more' ? 'no difference found' : 'costs more';
    for (const { figures } of table.rows) if (figures?.control === expected) figures.conclusion = opposite;
  };
  const said = (name: string, change: (table: Table) => void) => answered(name, change).sentences[0];
  t.match(said('scheduler', fail('no difference found')), { wrong: true, text: /same arm twice showed one as well/ });
  t.match(said('scheduler', fail('costs more')), { wrong: false, text: /A planted cost did not show/ });
  const miscount = ({ id, rows }: Table) => {
    if (id === 'counts') Object.assign(rows[1]?.figures as object, { median: 0.5 });
  };
  t.match(said('interrupts', miscount), { wrong: true, text: /^Not as expected: .*: 0\.5 in place of \d/ });
});

t.test('a difference that was found is named, with its size', async (t) => {
  const cost = (table: Table) => {
    if (table.kind !== 'comparison') return;
    for (const { id, figures } of table.rows) {
      if (figures === null || !/^PRIVATE_EXPEDITED(\/|$)/.test(id)) continue;
      Object.assign(figures, { base: 2000, difference: 30, low: 20, high: 40, conclusion: 'costs more' });
    }
  };
  const [processes, threads] = answered('scheduler', cost).sentences;
  t.match(processes?.text, /PRIVATE_EXPEDITED: one of the two costs more, 1\.5 % \(30\.0.ns\); .*both costs more/);
  t.match(threads?.text, /two threads of one process, PRIVATE_EXPEDITED costs more/);
});

t.test('sentences are found by ids: another label and another title change nothing', async (t) => {
  const renamed = withTexts(realReport, (own) => `another ${own}`);
  const texts = (report: Report, name: string) =>
    answerOf(report.sections.find((section) => section.name === name) as Section).sentences.map(({ text }) => text);
  for (const name of ['calls', 'registration', 'bystander', 'fences', 'rcu', 'import']) {
    const section = realReport.sections.find((section) => section.name === name) as Section;
    const other = renamed.sections.find(({ name: own }) => own === `another ${name}`) as Section;
    t.strictSame(answerOf({ ...other, name }).sentences, answerOf(section).sentences, name);
    t.ok(texts(realReport, name).length > 0);
  }
});

t.test('no running sibling was measured: nothing is said of those', async (t) => {
  const { sentences } = answered('interrupts', (table) => {
    if (table.kind !== 'samples') return;
    table.rows = table.rows.filter(({ figures }) => figures?.expected === 0);
  });
  t.match(sentences[0]?.text, /^No CPU without a running sibling: \d counts, all as expected\.$/);
  const none = answered('interrupts', (table) => {
    table.rows = [];
  });
  t.strictSame(none.sentences, []);
});

t.test('rows that are not there leave their sentence out', async (t) => {
  const { sentences } = answered('calls', (table) => {
    if (table.id === 'beside') table.rows = [];
  });
  t.equal(sentences.length, 2);
  t.strictSame(answerOf({ name: 'calls', tables: [], missing: [] }).sentences, []);
});
