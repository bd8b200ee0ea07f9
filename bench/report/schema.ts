/**
 * What `membarrier bench` finds, as it is written by --json and read again by `bench compare`: a report has sections, a
 * section has tables, and all rows of a table are of one kind. Format 1; whoever changes the meaning of a field counts
 * on.
 */
import * as v from '../libraries/valibot.js';

const text = v.pipe(v.string(), v.nonEmpty());
const finite = v.pipe(v.number(), v.finite());

/** What distinguishes a row within its table: the words of the rows above it that it belongs to, and its own. */
const path = v.pipe(v.array(text), v.minLength(1));

export const units = ['ns', 'us', 'ms', 'times', 'reads', 'interrupts', 'barriers', 'percent'] as const;

/** Samples: their middle and their spread. */
const distribution = v.object({
  path,
  unit: v.picklist(units),
  count: finite,
  median: finite,
  p10: finite,
  p90: finite,
  p99: finite,
  /** The most that one of these was asked to be, for the project's own machines. */
  limit: v.optional(v.object({ statistic: v.picklist(['median', 'p99']), most: finite, met: v.boolean() })),
});

/** Two arms side by side in fresh processes: the median of their paired differences, and where it may lie. */
const comparison = v.object({
  path,
  unit: v.picklist(units),
  /** Of the arm that it is compared with. */
  base: finite,
  difference: finite,
  low: finite,
  high: finite,
  /** That the difference lies between low and high, for all rows of the table at once: 0.95, say. */
  confidence: finite,
  pairs: finite,
  conclusion: v.picklist(['costs more', 'costs less', 'no difference found']),
  /** What the row is there for: a control has a conclusion that is known before. */
  control: v.optional(v.object({ expected: v.picklist(['costs more', 'no difference found']), met: v.boolean() })),
});

/** What is counted is exact: so much for each call. */
const count = v.object({ path, unit: v.picklist(units), each: finite, expected: finite, met: v.boolean() });

/** A thread that runs beside one that issues barriers at a rate. Times in nanoseconds. */
const bystander = v.object({
  path,
  barriersPerSecond: finite,
  /** Its throughput, to that without barriers. */
  throughput: finite,
  p999: finite,
  longest: finite,
});

const tableOf = <const Kind extends string, Row extends v.GenericSchema>(kind: Kind, row: Row) =>
  v.object({
    kind: v.literal(kind),
    title: text,
    rows: v.array(row),
    /** What a reader has to know: how many running siblings there were, what was discarded. */
    notes: v.array(text),
  });

const table = v.variant('kind', [
  tableOf('distribution', distribution),
  tableOf('comparison', comparison),
  tableOf('count', count),
  tableOf('bystander', bystander),
]);

/** `missing`: what could not be measured, and why. */
const section = v.object({
  name: text,
  tables: v.array(table),
  missing: v.array(v.object({ what: text, why: text })),
});

const environment = v.object({
  kernel: text,
  architecture: text,
  libc: text,
  node: text,
  cpu: text,
  /** That this process may use. */
  cpus: finite,
  /** The hypervisor's name, 'none', or 'unknown'. */
  virtualisation: text,
  /** Whether the processor is emulated, so that its times mean nothing. */
  emulated: v.boolean(),
  /** What the kernel does against the flaws of this processor that it knows of: by flaw. */
  mitigations: v.record(v.string(), v.string()),
  seccompFilters: v.nullable(finite),
});

export const report = v.object({
  format: v.literal(1),
  tool: v.literal('node-membarrier bench'),
  version: text,
  started: v.pipe(v.string(), v.isoTimestamp()),
  seconds: finite,
  effort: v.picklist(['quick', 'full']),
  /** Whether everything that was asked for was tried: not where someone interrupted it. */
  complete: v.boolean(),
  environment,
  sections: v.array(section),
});

export type Unit = (typeof units)[number];
export type Distribution = v.InferOutput<typeof distribution>;
export type Comparison = v.InferOutput<typeof comparison>;
export type Count = v.InferOutput<typeof count>;
export type Bystander = v.InferOutput<typeof bystander>;
export type Table = v.InferOutput<typeof table>;
export type Section = v.InferOutput<typeof section>;
export type Environment = v.InferOutput<typeof environment>;
export type Report = v.InferOutput<typeof report>;
