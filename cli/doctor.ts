/**
 * `membarrier doctor`, as a page for people or as JSON. It says first whether fences, locks and RCU work here, and what
 * to do if not. Then it lists what each command of membarrier(2) does.
 */

import type { Result } from '../terminal/result.js';
import { packageVersion } from '../terminal/version.js';
import { type CommandReport, type Diagnosis, diagnose, type Verdict } from './diagnosis.js';
import { type Environment, environment } from './environment.js';
import { exitStatus } from './exit-status.js';
import { type Features, killed, tryFeatures } from './features.js';
import { renderTable } from './table.js';

export async function doctor({ json }: { json: boolean }): Promise<Result> {
  const surroundings = environment();
  const diagnosis = await diagnose();
  const features = diagnosis.verdict === 'killed' ? killed('each call') : await tryFeatures();
  const output = json
    ? JSON.stringify({ version: packageVersion(), environment: surroundings, features, ...diagnosis }, null, 2)
    : render(surroundings, features, diagnosis);
  return { output, status: exitStatus(diagnosis.verdict) };
}

function render(environment: Environment, features: Features, diagnosis: Diagnosis): string {
  const { verdict, cause, commands } = diagnosis;
  const lines = [
    `node-membarrier ${packageVersion()}`,
    '',
    ...describe(features, commands).map(wrap),
    '',
    renderTable([
      ['kernel', `${environment.kernel}, ${environment.cpus} CPUs`],
      ['architecture', environment.architecture],
      ['CPU', environment.cpu],
      ['libc', environment.libc],
      ['Node.js', environment.node],
      ['sandbox', sandbox(environment, diagnosis)],
    ]),
    '',
    `${verdict}: ${verdicts[verdict](commands)}`,
  ];
  if (cause !== null) return [...lines, cause].join('\n');
  const contradictions = commands.flatMap(({ contradiction }) =>
    contradiction === null ? [] : [`  ${contradiction}`],
  );
  const notes = commands.some(({ command, outcome }) => command === 'GLOBAL_EXPEDITED' && outcome === 'works')
    ? ['', defect]
    : [];
  return [...lines, ...contradictions, '', renderTable([...heads, ...commands.map(row)]), '', legend, ...notes].join(
    '\n',
  );
}

/** What a user wants to know, in the first lines. */
function describe(
  { strategy, whySymmetric, fences, locks, rcu }: Features,
  commands: readonly CommandReport[],
): string[] {
  const failing = Object.entries({ fences, locks, RCU: rcu }).filter(([, { works }]) => !works);
  if (failing.length > 0) {
    const names = failing.map(([name]) => name).join(', ');
    const errors = new Set(failing.map(([, { error }]) => error));
    return [`Not working here: ${names}.`, ...[...errors].map((error) => `Why, and what to do: ${error}`)];
  }
  if (strategy === 'symmetric') {
    return [
      'Fences, locks and RCU work here, without membarrier(2): each light fence is a full fence (strategy ' +
        '"symmetric").',
      `Why, and what to do to get membarrier(2): ${whySymmetric}`,
    ];
  }
  const barrier = commands.find(({ command }) => command === 'PRIVATE_EXPEDITED')?.nanoseconds ?? null;
  return [
    'Fences, locks and RCU work here, on membarrier(2) (strategy "membarrier").',
    ...(barrier === null ? [] : [`A barrier takes ${cost(barrier)} while no other thread of the process runs.`]),
  ];
}

/** In lines of 80 columns. */
function wrap(text: string): string {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) as string;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= 80) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

const verdicts: Record<Verdict, (commands: readonly CommandReport[]) => string> = {
  available: (commands) =>
    `the kernel has ${commands.filter(({ outcome }) => outcome === 'works').length} of ${commands.length} ` +
    'commands, and all of them work here',
  restricted: () => 'membarrier(2) works here, but a sandbox refuses some of its commands',
  blocked: () => 'a sandbox refuses every command of membarrier(2)',
  killed: () => 'a sandbox kills the process that calls membarrier(2)',
  untrusted: () => 'an emulator or a sandbox returns success for calls that it does not make',
  unavailable: () => 'membarrier(2) cannot be used here',
};

function sandbox({ seccompFilters }: Environment, { verdict, commands }: Diagnosis): string {
  const filters = seccompFilters === null ? '' : ` (seccomp filters in force: ${seccompFilters})`;
  const refused = commands.filter(
    ({ outcome }) => outcome === 'denied' || outcome === 'kills' || outcome === 'unknown',
  );
  if (verdict === 'blocked' || verdict === 'killed') {
    const answers = new Set(refused.map(({ answer }) => answer));
    return `refuses every command: ${[...answers].join(', ') || 'no return'}${filters}`;
  }
  if (verdict === 'unavailable') return `not probed${filters}`;
  if (verdict === 'untrusted') return `answers in the kernel's place${filters}`;
  if (refused.length === 0) return `refuses nothing${filters}`;
  return `refuses ${refused.map(({ command, answer }) => `${command}: ${answer}`).join(', ')}${filters}`;
}

const heads = [
  ['', 'since', 'works', 'register', 'answer', 'cost of'],
  ['command', 'Linux', 'here', 'first', 'without', 'a call'],
];

const legend = [
  'works here: no: this kernel lacks the command; refused: its registration is refused; otherwise what a call returns.',
  'register first: whether a call needs a registration; held: the kernel holds ours.',
  'answer without: what a call returns before any registration.',
  'cost of a call: the median while no sibling runs; of a REGISTER command, the first.',
]
  .map(wrap)
  .join('\n');

const defect = [
  'note: once a thread of a registered process has exited, GLOBAL_EXPEDITED may',
  'miss its other threads (a defect of Linux, seen in 6.1 to 6.18). Use',
  'PRIVATE_EXPEDITED within a process, and GLOBAL between processes.',
].join('\n');

function row(report: CommandReport): string[] {
  const { command, since, unregistered, registration, nanoseconds } = report;
  return [command, since, here(report), describeRegistration(registration), unregistered, cost(nanoseconds)];
}

function here({ outcome, answer }: CommandReport): string {
  if (outcome === 'works') return 'yes';
  if (outcome === 'unsupported') return 'no';
  if (outcome === 'contradicts') return 'untrusted';
  return outcome === 'unregistrable' ? 'refused' : answer;
}

function describeRegistration(registration: CommandReport['registration']): string {
  if (registration === null) return '-';
  const { needed, heldAtStart, held } = registration;
  const state = heldAtStart ? ', held before' : held === null ? '' : held ? ', held' : ', not held';
  return `${needed ? 'yes' : 'no'}${state}`;
}

function cost(nanoseconds: number | null): string {
  if (nanoseconds === null) return '-';
  if (nanoseconds < 1e3) return `${nanoseconds.toFixed(0)} ns`;
  if (nanoseconds < 1e6) return `${(nanoseconds / 1e3).toFixed(1)} us`;
  return `${(nanoseconds / 1e6).toFixed(1)} ms`;
}
