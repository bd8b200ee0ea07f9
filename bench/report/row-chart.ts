/**
 * The frame of a chart that has a line for each row of a table: labels, the figure itself at the right, a scale below.
 * Drawn twice, since a chart that is only made smaller cannot be read: for wide windows with the labels beside the
 * marks, for narrow ones above.
 *
 * No text leaves the frame: labels are wrapped, by an estimate of the letters' widths that errs on the wide side.
 */

import { parseHTML } from '../libraries/linkedom.js';
import * as Plot from '../libraries/plot.js';
import { outline } from './tabulate.js';

export interface ChartRow {
  readonly path: readonly string[];
  /** What stands at the right. */
  readonly value: string;
  /** What is to be said of it besides, if anything. */
  readonly note: string;
  /** Whether the note tells of something that is not as it was asked for. */
  readonly wrong: boolean;
  /** The exact figures, shown where the pointer rests. */
  readonly title: string;
}

/** A row in its place: `y` in pixels, for a channel without a scale. */
export type Placed<Row> = Row & { readonly y: number };

export interface RowChart<Row extends ChartRow> {
  readonly rows: readonly Row[];
  readonly label: string;
  readonly scale: Scale;
  readonly tick: (value: number) => string;
  readonly marks: (placed: readonly Placed<Row>[]) => Plot.Markish[];
}

export interface Scale {
  readonly type: 'linear' | 'log';
  readonly domain: readonly [number, number];
  /** What the figures are to be seen against, such as zero. */
  readonly reference: number | undefined;
}

export interface Drawn {
  readonly wide: string;
  readonly narrow: string;
}

export function drawRows<Row extends ChartRow>(chart: RowChart<Row>): Drawn {
  return { wide: draw(chart, wideFrame(chart.rows)), narrow: draw(chart, narrowFrame) };
}

/** An SVG element as text, as Plot draws it without a browser. */
export function plotted(label: string, options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({ ...options, document, style: { background: 'none', fontSize: `${fontSize}px` } });
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  return svg.outerHTML;
}

export const fontSize = 12;
const lineHeight = 15;
const indentation = 14;

interface Frame {
  readonly width: number;
  readonly marginLeft: number;
  readonly marginRight: number;
  /** The right end of the column of figures. */
  readonly valueEnd: number;
  readonly labelRoom: (depth: number, value: string) => number;
  readonly notes: 'beside' | 'below';
}

/** The labels have the same room in all charts of a page. */
function wideFrame(rows: readonly ChartRow[]): Frame {
  const [width, marginLeft] = [960, 270];
  const values = Math.max(...rows.map(({ value }) => widthOf(value)));
  const notes = Math.max(...rows.map(({ note }) => widthOf(note)));
  const valueEnd = width - (notes === 0 ? 0 : notes + 12);
  const labelRoom = (depth: number) => marginLeft - 20 - depth * indentation;
  return { width, marginLeft, marginRight: width - valueEnd + values + 24, valueEnd, labelRoom, notes: 'beside' };
}

const narrowFrame: Frame = {
  width: 360,
  marginLeft: 24,
  marginRight: 24,
  valueEnd: 360,
  labelRoom: (depth, value) => 360 - widthOf(value) - 12 - depth * indentation,
  notes: 'below',
};

interface PlacedText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

function draw<Row extends ChartRow>(chart: RowChart<Row>, frame: Frame): string {
  const { placed, labels, values, notes, height } = place(chart.rows, frame);
  const { width, marginLeft, marginRight } = frame;
  const plotWidth = width - marginLeft - marginRight;
  const { type, domain, reference } = chart.scale;
  const room = plotWidth / (Math.max(...domain.map((end) => widthOf(chart.tick(end)))) + 24);
  const ticks = type === 'log' ? logTicks(domain, room) : linearTicks(domain, room);
  return plotted(chart.label, {
    width,
    height: height + 26,
    marginTop: 4,
    marginBottom: 26,
    marginLeft,
    marginRight,
    x: { type, domain: [...domain], insetLeft: 6, insetRight: 6 },
    marks: [
      Plot.gridX({ ticks, stroke: 'var(--rule)', strokeOpacity: 1 }),
      // A text instead of a tickFormat, which a logarithmic axis would apply to powers of ten alone.
      Plot.axisX({ ticks, tickSize: 0, text: chart.tick, fill: 'var(--muted)', label: null }),
      ...(reference === undefined ? [] : [Plot.ruleX([reference], { stroke: 'var(--muted)' })]),
      ...chart.marks(placed),
      hovered(placed),
      texts(labels, 'start', 'var(--ink)'),
      texts(values, 'end', 'var(--ink)'),
      texts(notes.right, 'start', 'var(--muted)'),
      texts(notes.wrong, 'start', 'var(--wrong)'),
    ],
  });
}

/** The whole breadth of a row tells its figures. */
function hovered(placed: readonly Placed<ChartRow>[]): Plot.Markish {
  const [y1, y2] = [unscaled<{ y: number }>(({ y }) => y - 9), unscaled<{ y: number }>(({ y }) => y + 9)];
  return Plot.rect(placed, { y1, y2, fill: 'transparent', title: 'title', className: 'row-title' });
}

function texts(placed: readonly PlacedText[], textAnchor: 'start' | 'end', fill: string): Plot.Markish {
  const [x, y] = [unscaled<PlacedText>(({ x }) => x), unscaled<PlacedText>(({ y }) => y)];
  const inLines = { textAnchor, lineAnchor: 'top', lineHeight: lineHeight / fontSize } as const;
  return Plot.text(placed, { text: 'text', x, y, ...inLines, fill, ...halo });
}

/** Lines do not cross letters. */
export const halo = { stroke: 'var(--page)', strokeWidth: 4 } as const;

/** A channel in pixels. */
export function unscaled<Row>(value: (row: Row) => number): { value: (row: Row) => number; scale: null } {
  return { value, scale: null };
}

function place<Row extends ChartRow>(rows: readonly Row[], frame: Frame) {
  const placed: Placed<Row>[] = [];
  const labels: PlacedText[] = [];
  const values: PlacedText[] = [];
  const notes = { right: [] as PlacedText[], wrong: [] as PlacedText[] };
  let bottom = 4;
  for (const { name, depth, row } of outline(rows)) {
    const [top, indent] = [bottom, depth * indentation];
    const lines = wrap(name, frame.labelRoom(depth, row?.value ?? ''));
    labels.push({ text: lines.join('\n'), x: indent, y: top });
    bottom += lines.length * lineHeight;
    if (row !== undefined) {
      const beside = frame.notes === 'beside';
      const note = beside || row.note === '' ? [row.note] : wrap(row.note, frame.width - indent);
      const middle = (top + bottom - lineHeight) / 2;
      const noteAt = beside ? { x: frame.valueEnd + 12, y: middle } : { x: indent, y: bottom };
      if (!beside) bottom += (row.note === '' ? 0 : note.length * lineHeight) + 16;
      values.push({ text: row.value, x: frame.valueEnd, y: beside ? middle : top });
      notes[row.wrong ? 'wrong' : 'right'].push({ text: note.join('\n'), ...noteAt });
      placed.push({ ...row, y: beside ? middle + lineHeight / 2 : bottom - 8 });
    }
    bottom += 8;
  }
  return { placed, labels, values, notes, height: bottom };
}

/** Multiples of one, two or five times a power of ten, for no more ticks than there is room for. */
function linearTicks([low, high]: readonly [number, number], most: number): number[] {
  const least = (high - low) / Math.max(most, 2);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
  const first = Math.ceil(low / step);
  // Rounded, since multiples of 0.1 are not.
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(9)),
  );
}

/** Powers of ten, and what lies between if there is room for so many ticks. */
function logTicks([low, high]: readonly [number, number], most: number): number[] {
  const decades = Math.log10(high / low);
  const each = most / decades;
  const between = each >= 3 ? [1, 2, 5] : each >= 2 ? [1, 3] : [1];
  const step = Math.max(1, Math.ceil(1 / each));
  const first = Math.floor(Math.log10(low));
  return Array.from({ length: Math.ceil(decades) + 2 }, (_, i) => first + i)
    .filter((exponent) => exponent % step === 0)
    .flatMap((exponent) => between.map((factor) => Number(`${factor}e${exponent}`)))
    .filter((tick) => tick >= low && tick <= high);
}

/** In pixels, of the page's sans serif. */
export function widthOf(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + widthOfLetter(letter), 0);
}

function widthOfLetter(letter: string): number {
  if (/[ilj.,:;'|!()[\]tfrI ]/.test(letter)) return 4.6;
  if (/[mwMW@%]/.test(letter)) return 11.5;
  if (/[A-Z_<>=+&]/.test(letter)) return 9;
  return letter <= '~' ? 7.3 : 13;
}

/** Lines that are no wider; a word that does not fit is broken. */
export function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((word) => pieces(word, room))) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && widthOf(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function pieces(word: string, room: number): string[] {
  const found = [''];
  for (const letter of word) {
    const last = found.at(-1) as string;
    if (last === '' || widthOf(last + letter) <= room) found[found.length - 1] = last + letter;
    else found.push(letter);
  }
  return found;
}
