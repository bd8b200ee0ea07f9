/**
 * A report as one page that needs nothing else: no script, no font, no request. It begins with the answers; each table
 * is a chart, with its figures below.
 */

import { bystanderCharts } from './bystander-charts.js';
import { chartsOf } from './charts.js';
import { emulatedWarning, environmentRows, figure, mitigationRows } from './format.js';
import type { Chart } from './marks.js';
import { html, type Markup, nothing, trusted } from './markup.js';
import { pageStyle } from './page-style.js';
import type { Report, Section, Table } from './schema.js';
import { answerOf, questionOf } from './summary.js';
import { tabulate } from './tabulate.js';

/** Whatever the page is made of, it loads nothing and runs nothing. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export function renderHtml(report: Report): string {
  const { environment, sections, version, started, seconds, effort } = report;
  const title = 'What membarrier(2) costs';
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
node-membarrier ${version} on <time datetime="${started}">${day(started)}</time> in ${figure(seconds)} s${effort === 'quick' ? ', quickly' : ''}.</p>
${warnings(report)}
</header>
<main>
<dl class="answers">${sections.map(renderAnswer)}</dl>
${sections.map(renderSection)}
${renderMissing(sections)}
${renderEnvironment(report)}
</main>
</body>
</html>
`.text;
}

function day(started: string): string {
  return new Date(started).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
}

function warnings({ environment, complete }: Report): Markup[] {
  return [
    ...(environment.emulated ? [emulatedWarning] : []),
    ...(complete ? [] : ['The measuring was interrupted: this is not all.']),
  ].map((warning) => html`<p class="warning" role="note"><strong>${warning}</strong></p>`);
}

function renderAnswer(section: Section, i: number): Markup {
  const { question, sentences } = answerOf(section);
  return html`
<dt><a href="#${idOf(i)}">${question}</a></dt>
${sentences.map(({ text, wrong }) => html`<dd${wrong ? html` class="wrong"` : nothing}>${emphasized(text)}</dd>`)}
${sentences.length === 0 ? html`<dd>Not measured.</dd>` : nothing}`;
}

/** Figures stand out, and keep to their units. */
function emphasized(text: string): Markup[] {
  const parts = text.split(/((?<!\w)-?\d[\d,.]* (?:ns|µs|ms|times|reads|%)(?!\w))/);
  return parts.map((part, i) => (i % 2 === 1 ? html`<b>${part}</b>` : html`${part}`));
}

function idOf(section: number): string {
  return `section-${section + 1}`;
}

function renderSection(section: Section, i: number): Markup {
  return html`
<section id="${idOf(i)}">
<h2>${questionOf(section)}</h2>
${section.tables.map(renderTable)}
${section.tables.length === 0 ? html`<p class="note">Nothing was measured.</p>` : nothing}
</section>`;
}

function renderTable(table: Table): Markup {
  return html`
<h3>${table.title}</h3>
${table.rows.length === 0 ? html`<p class="note">No row could be measured.</p>` : figures(table)}
${table.notes.map((note) => html`<p class="note">${note}</p>`)}`;
}

function figures(table: Table): Markup {
  return html`${table.kind === 'bystander' ? bystanderFigures(table.title, table.rows) : charts(chartsOf(table))}
<details><summary>The figures</summary><div class="scroll">${renderRows(table)}</div></details>`;
}

/** What a mark means is said where it first occurs. */
function charts(all: readonly Chart[]): Markup[] {
  const said = new Set<string>();
  return all.map(({ what, key, wide, narrow }) => {
    const caption = [what, ...key.filter((part) => !said.has(part))].filter((part) => part !== '').join('; ');
    for (const part of key) said.add(part);
    return html`
<figure><figcaption>${caption}</figcaption>
<div class="wide">${trusted(wide)}</div>
<div class="narrow">${trusted(narrow)}</div>
</figure>`;
  });
}

function bystanderFigures(...[title, rows]: Parameters<typeof bystanderCharts>): Markup[] {
  return bystanderCharts(title, rows).map(
    ({ caption, panels }) => html`
<figure><figcaption>${caption}</figcaption>
<div class="panels">${panels.map(({ name, svg }) => html`<div><h4>${name}</h4>${trusted(svg)}</div>`)}</div>
</figure>`,
  );
}

function renderRows(table: Table): Markup {
  const { columns, rows } = tabulate(table);
  const numeric = (i: number) => (columns[i]?.numeric ? html` class="numeric"` : nothing);
  return html`<table>
<thead><tr><th scope="col">${table.title}</th>${columns.map(({ name }, i) => html`<th scope="col"${numeric(i)}>${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ name, depth, cells }) => html`
<tr><th scope="row" style="--depth: ${depth}">${name}</th>${columns.map((_, i) => html`<td${numeric(i)}>${cells[i] ?? ''}</td>`)}</tr>`,
  )}
</tbody></table>`;
}

function renderMissing(sections: readonly Section[]): Markup {
  const missing = sections.flatMap((section) => section.missing);
  if (missing.length === 0) return nothing;
  return html`
<h2>What is missing</h2>
<table class="environment">${missing.map(({ what, why }) => html`<tr><td>${what}</td><td>${why}</td></tr>`)}</table>`;
}

function renderEnvironment({ environment }: Report): Markup {
  const mitigations = mitigationRows(environment);
  const rows = (of: readonly [string, string][]) =>
    of.map(([what, is]) => html`<tr><th scope="row">${what}</th><td>${is}</td></tr>`);
  return html`
<h2>The machine</h2>
<table class="environment">${rows(environmentRows(environment))}</table>
${
  mitigations.length === 0
    ? nothing
    : html`<h3>What the kernel does against this processor's flaws</h3>
<table class="environment">${rows(mitigations)}</table>`
}`;
}
