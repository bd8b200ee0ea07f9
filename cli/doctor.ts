/** `membarrier doctor`: what membarrier(2) can do here, as a page for people or as JSON. */
import { type CommandReport, type Diagnosis, diagnose, type Verdict } from './diagnosis.js';
import { type Environment, environment } from './environment.js';
import { exitStatus, type Result } from './result.js';
import { renderTable } from './table.js';
import { packageVersion } from './version.js';

export async function doctor({ json }: { json: boolean }): Promise<Result> {
  const surroundings = environment();
  const diagnosis = await diagnose();
  const output = json
    ? JSON.stringify({ version: packageVersion(), environment: surroundings, ...diagnosis }, null, 2)
    : render(surroundings, diagnosis);
  return { output, status: exitStatus(diagnosis.verdict) };
}

function render(environment: Environment, diagnosis: Diagnosis): string {
  const { verdict, cause, commands } = diagnosis;
  const lines = [
    `node-membarrier ${packageVersion()}`,
    '',
    renderTable([
      ['kernel', `${environment.kernel}, ${environment.cpus} CPUs`],
      ['architecture', environment.architecture],
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
  return [...lines, ...contradictions, '', renderTable([header, ...commands.map(row)]), '', legend, ...notes].join(
    '\n',
  );
}

const verdicts: Record<Verdict, (commands: readonly CommandReport[]) => string> = {
  available: (commands) =>
    `the kernel has ${commands.filter(({ outcome }) => outcome === 'works').length} of ${commands.length} commands, and all of them work here`,
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

const header = ['command', 'since', 'here', 'register', 'before', 'cost'];

const legend = [
  'here      whether this kernel has it, and what refuses it if something does',
  'register  whether a call needs registration, and whether the kernel held ours',
  'before    what a call answers before any registration',
  'cost      median of a call, no sibling running; of a REGISTER command the first',
].join('\n');

const defect = [
  'note: once a thread of a registered process has exited, GLOBAL_EXPEDITED may',
  'miss its other threads (a defect of Linux, seen in 6.1 to 6.18). Use',
  'PRIVATE_EXPEDITED within a process, and GLOBAL between processes.',
].join('\n');

function row(report: CommandReport): string[] {
  const { command, since, unregistered, registration, nanoseconds } = report;
  return [command, since, here(report), describeRegistration(registration), unregistered, cost(nanoseconds)];
}

function here({ outcome, supported, answer }: CommandReport): string {
  if (outcome === 'works') return 'yes';
  if (outcome === 'unsupported') return 'no';
  if (outcome === 'contradicts') return 'not to be trusted';
  const refusal = outcome === 'unregistrable' ? 'cannot register' : answer;
  return supported ? `yes, but ${refusal}` : refusal;
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
