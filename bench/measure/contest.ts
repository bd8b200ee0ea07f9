/** Contenders in one table: what each takes, and what that is to others, compared within each round. */
import type { Row, Samples, Unit } from '../report/schema.js';
import { reportMissing, reportSamples, row } from './report.js';
import { difference, excess, interleave, paired, ratio, type Sample } from './samples.js';

export interface Contender<Name extends string> {
  readonly label: string;
  readonly sample: Sample;
  /** 'ns' without it. */
  readonly unit?: Unit;
  /** Others that it can but cost more than: by how much it does. */
  readonly moreThan?: readonly Name[];
  /** Others that it may cost less than, too: the difference. */
  readonly against?: readonly Name[];
  /** Others that it is so many times. */
  readonly to?: readonly Name[];
}

export interface Contest<Name extends string> {
  readonly id: string;
  readonly title: string;
  /** One that is undefined is not there: neither are its row and what others are to it. */
  readonly contenders: Readonly<Record<Name, Contender<NoInfer<Name>> | undefined>>;
  readonly rounds: number;
  readonly warmUp?: number;
  /** Why rounds may be discarded; then so few that are kept tell nothing. */
  readonly discardedFor?: string;
  readonly notes?: readonly string[];
}

/** So few samples tell nothing. */
export const MIN_KEPT = 10;

/** Takes the samples, reports the table, and returns them. */
export function contest<const Name extends string>(what: Contest<Name>): Record<Name, number[]> {
  const { id, title, rounds, warmUp, discardedFor, notes = [] } = what;
  const all = Object.entries<Contender<Name> | undefined>(what.contenders);
  const there = all.filter((entry): entry is [Name, Contender<Name>] => entry[1] !== undefined);
  const samplers = Object.fromEntries(there.map(([name, { sample }]) => [name, sample]));
  const { samples, discarded } = interleave<string>(samplers, rounds, warmUp);
  const kept = Object.values(samples)[0]?.length ?? 0;
  const counted = discardedFor === undefined ? [] : [`${kept} rounds kept, ${discarded} discarded for ${discardedFor}`];
  if (counted.length > 0 && kept < MIN_KEPT) reportMissing(title, `too few samples are of use: ${counted.join()}`);
  else {
    const labels = new Map<string, string>(there.map(([name, { label }]) => [name, label]));
    const rows = there.flatMap(([name, contender]) => rowsOf(name, contender, labels, samples));
    reportSamples({ id, title, notes: [...counted, ...notes] }, rows);
  }
  return samples;
}

function rowsOf(
  name: string,
  { label, unit = 'ns', moreThan = [], against = [], to = [] }: Contender<string>,
  labels: ReadonlyMap<string, string>,
  samples: Record<string, number[]>,
): Row<Samples>[] {
  const own = samples[name] ?? [];
  const relations = (word: string, others: readonly string[], unit: Unit, compare: typeof ratio) =>
    others
      .filter((other) => labels.has(other))
      .flatMap((other) => {
        const id = `${word.replace(' ', '-')}-${other.split('/').at(-1)}`;
        return row(id, `${word} ${labels.get(other)}`, unit, paired(own, samples[other] ?? [], compare));
      });
  return row(
    name,
    label,
    unit,
    own,
    ...relations('more than', moreThan, unit, excess),
    ...relations('against', against, unit, difference),
    ...relations('to', to, 'times', ratio),
  );
}
