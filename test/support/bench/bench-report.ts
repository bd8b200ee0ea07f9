/**
 * Reports to render: one with tables of every kind and a bit of everything, which was not measured; and one that was.
 */
import { fileURLToPath } from 'node:url';
import { readReport } from '../../../bench/report/read.js';
import type { Bystander, Comparison, Count, Distribution, Report, Unit } from '../../../bench/report/schema.js';
import { root } from '../../../harness/index.js';

type Limit = NonNullable<Distribution['limit']>;

function samples(
  path: string[],
  unit: Unit,
  [median, p10, p90, p99]: readonly [number, number, number, number],
  limit?: Limit,
): Distribution {
  const row = { path, unit, count: 976, median, p10, p90, p99 };
  return limit === undefined ? row : { ...row, limit };
}

function most(statistic: Limit['statistic'], most: number, met: boolean): Limit {
  return { statistic, most, met };
}

function compared(
  path: string[],
  base: number,
  [difference, low, high]: readonly [number, number, number],
  conclusion: Comparison['conclusion'],
): Comparison {
  return { path, unit: 'ns', base, difference, low, high, confidence: 0.95, pairs: 400, conclusion };
}

function counted(path: string[], each: number, expected: number): Count {
  return { path, unit: 'interrupts', each, expected, met: Math.abs(each - expected) < 0.05 };
}

function beside(path: string[], barriersPerSecond: number, throughput: number, longest: number): Bystander {
  return { path, barriersPerSecond, throughput, p999: longest / 4, longest };
}

const spinning = 'a thread of the same process, spinning';
const reading = 'a thread of the same process, reading memory';
const foreign = 'another process';

export const sampleReport: Report = {
  format: 1,
  tool: 'node-membarrier bench',
  version: '0.1.0',
  started: '2026-11-24T09:30:00.000Z',
  seconds: 93.4,
  effort: 'full',
  complete: true,
  environment: {
    kernel: 'Linux 6.18.0',
    architecture: 'x86_64 (x64)',
    libc: 'glibc 2.36',
    node: 'v20.20.2',
    cpu: 'AMD EPYC 9005',
    cpus: 2,
    virtualisation: 'kvm',
    emulated: false,
    mitigations: {
      spec_rstack_overflow: 'Mitigation: Safe RET',
      spectre_v2: 'Mitigation: Enhanced / Automatic IBRS; IBPB: conditional; STIBP: disabled; RSB filling',
      meltdown: 'Not affected',
    },
    seccompFilters: 0,
  },
  sections: [
    {
      name: 'calls',
      tables: [
        {
          kind: 'distribution',
          title: 'a call, no running sibling',
          rows: [
            samples(['QUERY in a C loop'], 'ns', [239.3, 235.3, 249.4, 273.1]),
            samples(['raw(Command.QUERY)'], 'ns', [271.4, 266.5, 282.8, 303.4]),
            samples(['raw(Command.QUERY)', 'more than C'], 'ns', [32, 24.4, 39.3, 64.3], most('median', 20, false)),
            samples(['PRIVATE_EXPEDITED in a C loop'], 'ns', [365.5, 359.6, 381.2, 410]),
            samples(["PRIVATE_EXPEDITED in a C loop, the package's call"], 'ns', [356.6, 350.8, 369.4, 386.6]),
            samples(['Barrier'], 'ns', [390.6, 383.8, 409.4, 429.4]),
            samples(['Barrier', 'more than C'], 'ns', [24.3, 12.1, 43, 62], most('median', 15, false)),
          ],
          notes: ['976 rounds kept, 24 discarded for the number of running siblings'],
        },
        {
          kind: 'distribution',
          title: 'a call, 1 running sibling',
          rows: [
            samples(['PRIVATE_EXPEDITED in a C loop'], 'ns', [11815.4, 11561.4, 12466, 14309.8]),
            samples(['Barrier'], 'ns', [11881.4, 11608.3, 12510.9, 14351.4]),
            samples(['Barrier', 'to C'], 'times', [1.005, 0.974, 1.034, 1.141], most('median', 1.02, true)),
          ],
          notes: ['810 rounds kept, 190 discarded for the number of running siblings'],
        },
      ],
      missing: [{ what: 'a call, 3 running siblings', why: 'there are 2 CPUs' }],
    },
    {
      name: 'registration',
      tables: [
        {
          kind: 'distribution',
          title: 'register()',
          rows: [
            samples(['synchronous part of the call'], 'ms', [0.047, 0.025, 0.092, 0.133], most('p99', 0.2, true)),
            samples(['until the promise is settled'], 'ms', [11.097, 7.417, 16.005, 22.836]),
            samples(['delay of the event loop, idle'], 'ms', [0.102, 0.083, 0.176, 0.303]),
            samples(['delay of the event loop meanwhile'], 'ms', [0.122, 0.074, 0.26, 0.757]),
            samples(
              ['delay of the event loop meanwhile', 'more than the idle p99'],
              'ms',
              [-0.181, -0.229, -0.043, 0.454],
              most('p99', 1, true),
            ),
          ],
          notes: [],
        },
        {
          kind: 'distribution',
          title: 'registerSync()',
          rows: [samples(['blocks for'], 'ms', [6.171, 4.298, 8.244, 14.732])],
          notes: [],
        },
      ],
      missing: [],
    },
    {
      name: 'scheduler',
      tables: [
        {
          kind: 'comparison',
          title: 'a switch between threads, registered or not',
          rows: [
            compared(['between two processes', 'PRIVATE_EXPEDITED'], 2310, [3.1, -8.2, 14.5], 'no difference found'),
            compared(['between two processes', 'GLOBAL_EXPEDITED'], 2304, [31.2, 22.8, 39.9], 'costs more'),
            compared(
              ['between two threads of one process', 'PRIVATE_EXPEDITED'],
              1874,
              [-1.4, -9.8, 7.3],
              'no difference found',
            ),
            compared(
              ['between two threads of one process', 'PRIVATE_EXPEDITED_SYNC_CORE'],
              1874,
              [5.9, -2.1, 13.6],
              'no difference found',
            ),
            {
              ...compared(['the same twice'], 2308, [0.4, -7.9, 8.8], 'no difference found'),
              control: { expected: 'no difference found', met: true },
            },
            {
              ...compared(['with 200 instructions more'], 2308, [52.8, 44.1, 61.7], 'costs more'),
              control: { expected: 'costs more', met: true },
            },
          ],
          notes: ['400 pairs of fresh processes; the intervals hold for all rows at once'],
        },
      ],
      missing: [],
    },
    {
      name: 'interrupts',
      tables: [
        {
          kind: 'count',
          title: 'interrupts of another CPU, each call',
          rows: [
            counted(['PRIVATE_EXPEDITED', 'a running thread of this process'], 1.002, 1),
            counted(['PRIVATE_EXPEDITED', 'a sleeping thread of this process'], 0, 0),
            counted(['PRIVATE_EXPEDITED', 'another process'], 0.003, 0),
            counted(['GLOBAL_EXPEDITED', 'another process, registered'], 1.001, 1),
            counted(['GLOBAL_EXPEDITED', 'another process, not registered'], 0.21, 0),
          ],
          notes: [],
        },
      ],
      missing: [],
    },
    {
      name: 'bystanders',
      tables: [
        {
          kind: 'bystander',
          title: 'a thread beside one that issues barriers',
          rows: [
            beside([spinning, '100'], 100, 0.9996, 31_000),
            beside([spinning, '1,000'], 1_000, 0.996, 34_000),
            beside([spinning, '10,000'], 10_000, 0.961, 48_000),
            beside([spinning, 'as many as it can'], 84_000, 0.688, 121_000),
            beside([reading, '100'], 100, 1.0003, 30_500),
            beside([reading, '1,000'], 1_000, 0.9941, 33_000),
            beside([reading, '10,000'], 10_000, 0.9478, 52_000),
            beside([reading, 'as many as it can'], 83_100, 0.6412, 1_204_000),
            beside([foreign, '100'], 100, 1.0001, 29_000),
            beside([foreign, '1,000'], 1_000, 0.9998, 30_000),
            beside([foreign, '10,000'], 10_000, 1.0002, 28_500),
            beside([foreign, 'as many as it can'], 1_910_000, 0.9991, 33_000),
          ],
          notes: ['1 running sibling'],
        },
      ],
      missing: [],
    },
    {
      name: 'fences',
      tables: [
        {
          kind: 'distribution',
          title: 'a store and a load in WebAssembly',
          rows: [
            samples(['without a fence'], 'ns', [0.74, 0.52, 0.87, 0.98]),
            samples(['with a light fence'], 'ns', [0.78, 0.56, 0.95, 1.12]),
            samples(['with a light fence', 'more'], 'ns', [0.07, -0.07, 0.18, 0.36], most('median', 0.15, true)),
            samples(['with a full fence'], 'ns', [20.4, 20.1, 21.9, 22.3]),
            samples(['with a full fence', 'more'], 'ns', [19.8, 19.3, 21.2, 21.6]),
            samples(['heavy(), 1 running sibling'], 'ns', [4232.6, 3734.3, 4703.8, 9473.5]),
          ],
          notes: [],
        },
        {
          kind: 'distribution',
          title: 'lock and unlock, uncontended',
          rows: [
            samples(['BiasedLock, its owner'], 'ns', [9, 8.8, 9.84, 12.5], most('median', 8, false)),
            samples(
              ['BiasedLock, its owner', 'to a futex lock'],
              'times',
              [0.383, 0.361, 0.406, 0.476],
              most('median', 0.4, true),
            ),
            samples(
              ['BiasedLock, its owner', 'to a spinning lock'],
              'times',
              [0.374, 0.348, 0.399, 0.454],
              most('median', 0.4, true),
            ),
            samples(['BiasedLock, its bias revoked'], 'ns', [27.3, 26.7, 28.6, 49.6]),
            samples(['compareExchange; exchange, notify: a futex lock'], 'ns', [23.6, 23, 25.4, 37.1]),
            samples(['compareExchange; store: a spinning lock'], 'ns', [24.2, 23.6, 26.2, 42.7]),
          ],
          notes: [],
        },
      ],
      missing: [],
    },
    {
      name: 'rcu',
      tables: [],
      missing: [{ what: "liburcu's rows", why: 'there is no C compiler' }],
    },
  ],
};

/** One that was measured, and is kept beside the documents. */
export const realReport: Report = readReport(
  fileURLToPath(new URL('docs/evidence/registration-cost-x86-64.json', root)),
);

/** The same machine, emulated. */
export const emulatedReport: Report = {
  ...sampleReport,
  environment: { ...sampleReport.environment, architecture: 's390x', cpu: 'QEMU TCG', emulated: true },
};

const words = new Set(['tool', 'started', 'effort', 'kind', 'unit', 'statistic', 'conclusion', 'expected']);

/** The report with other texts, where a text may be anything. */
export function withTexts(report: Report, change: (text: string) => string): Report {
  const mitigations = { [change('a flaw')]: 'an answer' };
  const { environment, ...rest } = report;
  const text = JSON.stringify({ ...rest, environment: { ...environment, mitigations } });
  return JSON.parse(text, (key, value: unknown) =>
    typeof value === 'string' && !words.has(key) ? change(value) : value,
  ) as Report;
}
