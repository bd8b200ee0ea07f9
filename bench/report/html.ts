/**
 * A report as one page that needs nothing else: no script, no font, no request. It begins with the answers; each row of
 * a table has its marks on a scale beside its figures.
 */

import { depthOf, emulatedWarning, environmentRows, figure, isRight, mitigationRows } from './format.js';
import { html, type Markup, nothing, trusted } from './markup.js';
import { pageStyle } from './page-style.js';
import type { Report, Row, Section, Table } from './schema.js';
import { answerOf, questionOf } from './summary.js';
import { type Column, columnsOf } from './tabulate.js';
import { type Marks, type Track, tracksOf } from './tracks.js';

/** Whatever the page is made of, it loads nothing and runs nothing. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export function renderHtml(report: Report): string {
  const { environment, sections, version, started, seconds, effort } = report;
  const title = 'What membarrier(2) costs';
  const warnings = [
    ...(environment.emulated ? [emulatedWarning] : []),
    ...(report.complete ? [] : ['The measuring was interrupted: this is not all.']),
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: ${environment.cpu}, ${environment.kernel}</title>
<style>${trusted(pageStyle)}</style>
</head>
<body>
<header>
<h1>${title} on ${environment.cpu}</h1>
<p class="lede">${environment.kernel}, ${environment.architecture}, Node.js ${environment.node}. Measured by
node-membarrier ${version} on <time datetime="${started}">${started.slice(0, 10)}</time> in ${figure(seconds)} s
(${effort}).</p>
${warnings.map((warning) => html`<p class="warning" role="note"><strong>${warning}</strong></p>`)}
</header>
<main>
<dl class="answers">${sections.map(renderAnswer)}</dl>
<p class="note">In the charts, a dot is a median, and the bar reaches from the 10th to the 90th percentile. Of a
difference, the bar is where it may lie, and a hollow dot says that none was found. An upright line is what was
expected.</p>
${sections.map(renderSection)}
<h2>What could not be measured</h2>
${renderPairs(sections.flatMap(({ missing }) => missing.map(({ what, why }): [string, string] => [what, why])))}
<h2>The machine</h2>
${renderPairs(environmentRows(environment))}
<h3>What the kernel does against this processor's flaws</h3>
${renderPairs(mitigationRows(environment))}
</main>
</body>
</html>
`.text;
}

function renderAnswer(section: Section, i: number): Markup {
  const { question, sentences } = answerOf(section);
  return html`
<dt><a href="#section-${i + 1}">${question}</a></dt>
${sentences.map(({ text, wrong }) => html`<dd${wrong ? html` class="wrong"` : nothing}>${emphasized(text)}</dd>`)}
${sentences.length === 0 ? html`<dd>Not measured.</dd>` : nothing}`;
}

/** Figures stand out, and keep to their units. */
function emphasized(text: string): Markup[] {
  const parts = text.split(/((?<!\w)-?\d[\d,.]*\s(?:ns|µs|ms|times|reads|%)(?!\w))/);
  return parts.map((part, i) => (i % 2 === 1 ? html`<b>${part}</b>` : html`${part}`));
}

function renderSection(section: Section, i: number): Markup {
  return html`
<section id="section-${i + 1}">
<h2>${questionOf(section)}</h2>
${section.tables.map(renderTable)}
${section.tables.length === 0 ? html`<p class="note">Nothing was measured.</p>` : nothing}
</section>`;
}

function renderTable(table: Table): Markup {
  const [columns, tracks] = [columnsOf(table), tracksOf(table)];
  return html`
<h3>${table.title}</h3>
${tracks.map((track) => renderTrack(track, columns))}
${tracks.length === 0 ? html`<p class="note">No row could be measured.</p>` : nothing}
${table.notes.map((note) => html`<p class="note">${note}</p>`)}`;
}

function renderTrack({ rows, ticks, reference, isLogarithmic }: Track, columns: readonly Column[]): Markup {
  return html`<table class="figures">
<thead><tr><th></th><th class="track"${isLogarithmic ? html` title="logarithmic"` : nothing}>${ticks.map(
    ({ at, text }) => html`<span style="left: ${at}%">${text}</span>`,
  )}</th>${columns.map((column) => html`<th scope="col"${alignment(column)}>${column.name}</th>`)}</tr></thead>
<tbody>${rows.map(({ row, marks }) => renderRow(row, marks, reference, columns))}
</tbody></table>`;
}

function alignment({ numeric }: Column): Markup {
  return numeric ? html` class="numeric"` : nothing;
}

function renderRow(
  row: Row,
  marks: Marks | undefined,
  reference: number | undefined,
  columns: readonly Column[],
): Markup {
  const { label, figures } = row;
  const name = html`<th scope="row" style="--depth: ${depthOf(row)}">${label}</th>`;
  if (figures === null || marks === undefined) return html`\n<tr class="heading">${name}</tr>`;
  const wrong = isRight(figures) ? nothing : html` class="wrong"`;
  return html`
<tr${wrong}>${name}<td class="track">${renderMarks(marks, reference)}</td>${columns.map(
    (column) => html`<td${alignment(column)} data-name="${column.name}">${column.cell(figures)}</td>`,
  )}</tr>`;
}

function renderMarks({ low, high, middle, expected, hollow }: Marks, reference: number | undefined): Markup {
  const upright = (at: number | undefined, name: string) =>
    at === undefined ? nothing : html`<i class="${name}" style="left: ${at}%"></i>`;
  return html`
${upright(reference, 'reference')}<i class="spread" style="left: ${low}%; right: ${(100 - high).toFixed(2)}%"></i>
${upright(expected, 'expected')}<i class="${hollow ? 'dot hollow' : 'dot'}" style="left: ${middle}%"></i>`;
}

function renderPairs(rows: readonly [string, string][]): Markup {
  if (rows.length === 0) return html`<p class="note">None.</p>`;
  return html`<table class="pairs">${rows.map(
    ([what, is]) => html`<tr><th scope="row">${what}</th><td>${is}</td></tr>`,
  )}</table>`;
}
