/**
 * What `membarrier bench` finds, as --json writes it and `bench compare` reads it: a report has sections, a section has
 * tables, a table has rows. This is format 2; a change of a field's meaning makes it another.
 *
 * Ids are stable, and labels are not: programs find a table by its id in its section, and a row by its id in its table.
 * A row's id begins with that of the row that it belongs to: `light/to-store` stands below `light`.
 */
import * as v from '../libraries/valibot.js';

const text = v.pipe(v.string(), v.nonEmpty());
const id = v.pipe(v.string(), v.regex(/^[\w-]+(\/[\w-]+)*$/, 'Expected words, with slashes between them'));
const finite = v.pipe(v.number(), v.finite());

const units = ['ns', 'us', 'ms', 'times', 'reads', 'interrupts', 'barriers', 'bytes', 'percent'] as const;
const unit = v.picklist(units);

/** `expected` is what the median must be, where that is known: a count of interrupts. */
const samples = v.object({
  unit,
  count: finite,
  median: finite,
  p10: finite,
  p90: finite,
  p99: finite,
  expected: v.optional(finite),
});

const conclusion = v.picklist(['costs more', 'costs less', 'no difference found']);

/**
 * Two arms: the median of their paired differences lies between `low` and `high`, with `confidence` for all rows of the
 * table at once. `base` is the median of the arm that the other is compared with. A control's conclusion is known
 * before: it must be `control`.
 */
const comparison = v.object({
  unit,
  base: finite,
  difference: finite,
  low: finite,
  high: finite,
  confidence: finite,
  pairs: finite,
  conclusion,
  control: v.optional(conclusion),
});

const tableOf = <const Kind extends string, Figures extends v.GenericSchema>(kind: Kind, figures: Figures) =>
  v.object({
    kind: v.literal(kind),
    id,
    title: text,
    /** A row without figures is the heading of those below it. */
    rows: v.array(v.object({ id, label: v.pipe(text, v.maxLength(200)), figures: v.nullable(figures) })),
    /** How the samples were taken: the running siblings, the rounds discarded. */
    notes: v.array(text),
  });

const table = v.variant('kind', [tableOf('samples', samples), tableOf('comparison', comparison)]);

/** `missing`: what could not be measured, and why. */
const section = v.object({
  name: text,
  tables: v.array(table),
  missing: v.array(v.object({ what: text, why: text })),
});

/** What `membarrier doctor` says of the machine, and whether its processor is emulated: then times mean nothing. */
const environment = v.object({
  kernel: text,
  architecture: text,
  libc: text,
  node: text,
  cpu: text,
  cpus: finite,
  virtualisation: text,
  emulated: v.boolean(),
  mitigations: v.record(v.string(), v.string()),
  seccompFilters: v.nullable(finite),
});

export const report = v.object({
  format: v.literal(2),
  tool: v.literal('node-membarrier bench'),
  version: text,
  started: v.pipe(v.string(), v.isoTimestamp()),
  seconds: finite,
  effort: v.picklist(['quick', 'full']),
  /** False where someone interrupted it. */
  complete: v.boolean(),
  environment,
  sections: v.array(section),
});

export type Unit = (typeof units)[number];
export type Conclusion = v.InferOutput<typeof conclusion>;
export type Samples = v.InferOutput<typeof samples>;
export type Comparison = v.InferOutput<typeof comparison>;
export type Figures = Samples | Comparison;
export type Table = v.InferOutput<typeof table>;
export interface Row<Of extends Figures | null = Figures | null> {
  readonly id: string;
  readonly label: string;
  readonly figures: Of;
}
export type Section = v.InferOutput<typeof section>;
export type Environment = v.InferOutput<typeof environment>;
export type Report = v.InferOutput<typeof report>;
