/**
 * The versions of the near cache, in every interleaving: a writer changes a value, reader A reads it past its near
 * cache, and reader B, which begins when A has ended, reads it twice through its own. All accesses are sequentially
 * consistent, so the interleavings are all that can happen. The order of steps is that of table.wat and shared-map.ts;
 * other orders are the controls, and have to go wrong.
 */
import t from 'tap';

interface State {
  version: number;
  value: 'old' | 'new';
  /** What B keeps. */
  kept: { readonly version: number; readonly value: string };
  /** What the read under way has found so far. */
  found: { readonly isHit?: boolean; readonly version?: number; readonly value?: string };
  isWritten: boolean;
  /** Whether set() had returned when the read under way began. */
  isAfterSet: boolean;
  reads: readonly { readonly value: string | undefined; readonly isAfterSet: boolean }[];
}

type Step = (state: State) => void;

const makeOdd: Step = (state) => {
  state.version |= 1;
};
const makeEven: Step = (state) => {
  state.version = (state.version | 1) + 1;
};
const publish: Step = (state) => {
  state.value = 'new';
};
const returned: Step = (state) => {
  state.isWritten = true;
};

const begin: Step = (state) => {
  state.isAfterSet = state.isWritten;
  state.found = {};
};
const loadVersion: Step = (state) => {
  state.found = { ...state.found, version: state.version };
};
const loadValue: Step = (state) => {
  state.found = { ...state.found, value: state.value };
};
const lookNear: Step = (state) => {
  const { kept, version } = state;
  if (kept.version === version) state.found = { isHit: true, value: kept.value };
};
const unlessHit =
  (step: Step): Step =>
  (state) => {
    if (state.found.isHit !== true) step(state);
  };
const keep: Step = (state) => {
  const { version = 1, value = '' } = state.found;
  if (version % 2 === 0) state.kept = { version, value };
};
const answer: Step = (state) => {
  state.reads = [...state.reads, { value: state.found.value, isAfterSet: state.isAfterSet }];
};

const fillers = {
  'version first': [loadVersion, loadValue],
  'version last': [loadValue, loadVersion],
};
const writers = {
  'odd before, even after': [makeOdd, publish, makeEven, returned],
  'raised after': [publish, makeEven, returned],
  'raised before': [makeEven, publish, returned],
};

/** How many interleavings there are, and in how many a read was wrong: it went back in time, or missed a set(). */
function explore(writer: readonly Step[], fill: readonly Step[]): readonly [all: number, wrong: number] {
  const near = [begin, lookNear, ...fill.map(unlessHit), unlessHit(keep), answer];
  const readers = [begin, loadValue, answer, ...near, ...near];
  let [all, wrong] = [0, 0];
  const visit = (state: State, written: number, read: number): void => {
    if (written === writer.length && read === readers.length) {
      all++;
      if (isWrong(state)) wrong++;
    }
    for (const [step, next] of [
      [writer[written], [written + 1, read]],
      [readers[read], [written, read + 1]],
    ] as const) {
      if (step === undefined) continue;
      const copy = { ...state };
      step(copy);
      visit(copy, ...next);
    }
  };
  const kept = { version: 0, value: 'old' };
  visit({ version: 0, value: 'old', kept, found: {}, isWritten: false, isAfterSet: false, reads: [] }, 0, 0);
  return [all, wrong];
}

function isWrong({ reads }: State): boolean {
  const news = reads.map(({ value }) => value === 'new');
  return reads.some(({ value, isAfterSet }, i) => value === 'old' && (isAfterSet || news.slice(0, i).includes(true)));
}

t.test('odd before and even after: no read goes wrong', async (t) => {
  const [all, wrong] = explore(writers['odd before, even after'], fillers['version first']);
  t.ok(all > 1000, `${all} interleavings`);
  t.equal(wrong, 0);
});

for (const [name, writer, fill] of [
  ['the version raised only after the publication', 'raised after', 'version first'],
  ['the version raised only before the publication', 'raised before', 'version first'],
  ['a value kept with a version that was read after it', 'odd before, even after', 'version last'],
] as const) {
  t.test(`control: ${name}`, async (t) => {
    const [all, wrong] = explore(writers[writer], fillers[fill]);
    t.ok(wrong > 0, `${wrong} of ${all} interleavings go wrong`);
  });
}
