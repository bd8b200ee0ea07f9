/**
 * Reports to render: one with tables of every kind and a bit of everything, which was not measured; and one that was.
 */
import { fileURLToPath } from 'node:url';
import { readReport } from '../../../bench/report/read.js';
import type { Comparison, Conclusion, Report, Row, Samples, Unit } from '../../../bench/report/schema.js';
import { root } from '../../../harness/index.js';

function heading(id: string, label = id): Row<null> {
  return { id, label, figures: null };
}

function samples(
  id: string,
  label: string,
  unit: Unit,
  [median, p10, p90, p99]: readonly [number, number, number, number],
): Row<Samples> {
  return { id, label, figures: { unit, count: 976, median, p10, p90, p99 } };
}

function counted(id: string, label: string, each: number, expected: number): Row<Samples> {
  const found = samples(id, label, 'interrupts', [each, each, each, each]);
  return { ...found, figures: { ...found.figures, expected } };
}

function compared(
  id: string,
  label: string,
  base: number,
  [difference, low, high]: readonly [number, number, number],
  conclusion: Conclusion,
  control?: Conclusion,
): Row<Comparison> {
  const figures = { unit: 'ns', base, difference, low, high, confidence: 0.95, pairs: 400, conclusion } as const;
  return { id, label, figures: control === undefined ? figures : { ...figures, control } };
}

function beside(id: string, label: string, rate: number, throughput: number, longest: number): Row<Samples>[] {
  const all = (value: number) => [value, 0.98 * value, 1.01 * value, 1.02 * value] as const;
  return [
    samples(id, `${label}: throughput`, 'percent', all(throughput)),
    samples(`${id}/rate`, 'barriers a second', 'barriers', all(rate)),
    samples(`${id}/longest`, 'longest pause of a window', 'us', all(longest)),
  ];
}

export const sampleReport: Report = {
  format: 2,
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
          kind: 'samples',
          id: 'alone',
          title: 'a call, no running sibling',
          rows: [
            samples('QUERY-c', 'QUERY in a C loop', 'ns', [239.3, 235.3, 249.4, 273.1]),
            samples('QUERY', 'raw(Command.QUERY)', 'ns', [271.4, 266.5, 282.8, 303.4]),
            samples('QUERY/against-c', 'against C', 'ns', [32, 24.4, 39.3, 64.3]),
            samples('c', 'PRIVATE_EXPEDITED in a C loop', 'ns', [365.5, 359.6, 381.2, 410]),
            samples('barrier', 'Barrier', 'ns', [390.6, 383.8, 409.4, 429.4]),
            samples('barrier/against-c', 'against C', 'ns', [24.3, 12.1, 43, 62]),
          ],
          notes: ['976 rounds kept, 24 discarded for the number of running siblings'],
        },
        {
          kind: 'samples',
          id: 'beside',
          title: 'a call, 1 running sibling',
          rows: [
            samples('c', 'PRIVATE_EXPEDITED in a C loop', 'ns', [11815.4, 11561.4, 12466, 14309.8]),
            samples('barrier', 'Barrier', 'ns', [11881.4, 11608.3, 12510.9, 14351.4]),
            samples('barrier/to-c', 'to C', 'times', [1.005, 0.974, 1.034, 1.141]),
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
          kind: 'samples',
          id: 'register',
          title: 'register()',
          rows: [
            samples('synchronous', 'synchronous part of the call', 'ms', [0.047, 0.025, 0.092, 0.133]),
            samples('total', 'until the promise is settled', 'ms', [11.097, 7.417, 16.005, 22.836]),
            samples('idle', 'delay of the event loop, idle', 'ms', [0.102, 0.083, 0.176, 0.303]),
            samples('delay', 'delay of the event loop meanwhile', 'ms', [0.122, 0.074, 0.26, 0.757]),
            samples('delay/more', 'above the idle p99', 'ms', [0, 0, 0, 0.454]),
          ],
          notes: [],
        },
        {
          kind: 'samples',
          id: 'registerSync',
          title: 'registerSync()',
          rows: [samples('blocked', 'blocks for', 'ms', [6.171, 4.298, 8.244, 14.732])],
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
          id: 'switch',
          title: 'a switch between threads, registered or not',
          rows: [
            heading('processes', 'between two processes'),
            compared('processes/private', 'PRIVATE_EXPEDITED', 2310, [3.1, -8.2, 14.5], 'no difference found'),
            compared('processes/global', 'GLOBAL_EXPEDITED', 2304, [31.2, 22.8, 39.9], 'costs more'),
            heading('threads', 'between two threads of one process'),
            compared('threads/private', 'PRIVATE_EXPEDITED', 1874, [-1.4, -9.8, 7.3], 'no difference found'),
            compared('threads/core', 'PRIVATE_EXPEDITED_SYNC_CORE', 1874, [5.9, -2.1, 13.6], 'no difference found'),
            compared('again', 'the same twice', 2308, [0.4, -7.9, 8.8], 'no difference found', 'no difference found'),
            compared('planted', 'with 200 instructions more', 2308, [52.8, 44.1, 61.7], 'costs more', 'costs more'),
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
          kind: 'samples',
          id: 'counts',
          title: 'interrupts of another CPU, each call',
          rows: [
            heading('PRIVATE_EXPEDITED'),
            counted('PRIVATE_EXPEDITED/running', 'a running thread of this process', 1.002, 1),
            counted('PRIVATE_EXPEDITED/asleep', 'a sleeping thread of this process', 0, 0),
            counted('PRIVATE_EXPEDITED/foreign', 'another process', 0.003, 0),
            heading('GLOBAL_EXPEDITED'),
            counted('GLOBAL_EXPEDITED/registered', 'another process, registered', 1.001, 1),
            counted('GLOBAL_EXPEDITED/unregistered', 'another process, not registered', 0.21, 0),
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
          kind: 'samples',
          id: 'sibling',
          title: 'a thread beside one that issues barriers',
          rows: [
            ...beside('a-hundred', '100 barriers a second', 100, 99.96, 31),
            ...beside('ten-thousand', '10,000 barriers a second', 10_000, 96.1, 48),
            ...beside('most', 'as many barriers as possible', 1_910_000, 68.8, 1204),
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
          kind: 'samples',
          id: 'inline',
          title: 'a store and a load in WebAssembly',
          rows: [
            samples('without', 'without a fence', 'ns', [0.74, 0.52, 0.87, 0.98]),
            samples('light', 'with a light fence', 'ns', [0.78, 0.56, 0.95, 1.12]),
            samples('light/more', 'more', 'ns', [0.07, 0, 0.18, 0.36]),
            samples('full', 'with a full fence', 'ns', [20.4, 20.1, 21.9, 22.3]),
            samples('full/more', 'more', 'ns', [19.8, 19.3, 21.2, 21.6]),
            samples('heavy', 'heavy(), 1 running sibling', 'ns', [4232.6, 3734.3, 4703.8, 9473.5]),
          ],
          notes: [],
        },
        {
          kind: 'samples',
          id: 'lock',
          title: 'lock and unlock, uncontended',
          rows: [
            samples('owner', 'BiasedLock, its owner', 'ns', [9, 8.8, 9.84, 12.5]),
            samples('owner/to-futex', 'to a futex lock', 'times', [0.383, 0.361, 0.406, 0.476]),
            samples('owner/to-spin', 'to a spinning lock', 'times', [0.374, 0.348, 0.399, 0.454]),
            samples('revoked', 'BiasedLock, its bias revoked', 'ns', [27.3, 26.7, 28.6, 49.6]),
            samples('futex', 'compareExchange; exchange, notify: a futex lock', 'ns', [23.6, 23, 25.4, 37.1]),
            samples('spin', 'compareExchange; store: a spinning lock', 'ns', [24.2, 23.6, 26.2, 42.7]),
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
export const realReport: Report = readReport(fileURLToPath(new URL('docs/evidence/bench/x86-64-node-20.json', root)));

/** The same machine, emulated. */
export const emulatedReport: Report = {
  ...sampleReport,
  environment: { ...sampleReport.environment, architecture: 's390x', cpu: 'QEMU TCG', emulated: true },
};

const words = new Set(['tool', 'started', 'effort', 'kind', 'id', 'unit', 'conclusion', 'control']);

/** The report with other texts, where a text may be anything. */
export function withTexts(report: Report, change: (text: string) => string): Report {
  const mitigations = { [change('a flaw')]: 'an answer' };
  const { environment, ...rest } = report;
  const text = JSON.stringify({ ...rest, environment: { ...environment, mitigations } });
  return JSON.parse(text, (key, value: unknown) =>
    typeof value === 'string' && !words.has(key) ? change(value) : value,
  ) as Report;
}
