/** What is called of fences and locks at the end of the stack (stack-end.ts), and how it is checked. */
import { AsymmetricFence, BiasedLock } from 'node-membarrier/fence';

export interface Attempt {
  readonly name: string;
  /** Makes ready for one call, and answers the call and the words that it must not change if it throws. */
  readonly prepare: () => {
    readonly call: () => unknown;
    readonly words: readonly Int32Array[];
    readonly check?: Check;
  };
  /** How often it is called before, to be compiled or optimized. 20, unless told. */
  readonly warm?: number;
}

/** What is wrong after the call, which may have thrown. */
export type Check = (thrown: boolean, result: unknown) => string | undefined;

const fence = AsymmetricFence.createSync();
const biases = ['none', 'own', 'other', 'revoked'] as const;
type Bias = (typeof biases)[number];

function lockWith(bias: Bias) {
  const words = new Int32Array(new SharedArrayBuffer(4 * BiasedLock.WORDS));
  const lock = new BiasedLock(fence, words);
  if (bias === 'own') lock.withLock(() => {});
  if (bias === 'other') words[1] = 2 ** 29; // of a thread that lives, for all that is known
  if (bias === 'revoked') words[1] = -(2 ** 31);
  const isHeld = () => words[0] !== 0 || words[2] !== 0;
  return { lock, words, isHeld };
}

function taking(method: 'lock' | 'tryLock', bias: Bias): Attempt {
  return {
    name: `${method}, bias: ${bias}`,
    warm: 3000,
    prepare() {
      const { lock, words, isHeld } = lockWith(bias);
      const check: Check = (thrown) => (thrown === isHeld() ? 'half done' : undefined);
      return { call: lock[method], words: [words], check };
    },
  };
}

function goDeeper(): void {
  goDeeper();
}

function calling(name: string, bias: Bias, section: () => void): Attempt {
  return {
    name: `${name}, bias: ${bias}`,
    prepare() {
      const { lock, isHeld } = lockWith(bias);
      return {
        call: () => lock.withLock(section),
        words: [],
        check: () => (isHeld() ? 'the lock is held' : undefined),
      };
    },
  };
}

export const attemptsAtLock: readonly Attempt[] = [
  { name: 'AsymmetricFence.createSync', prepare: () => ({ call: () => AsymmetricFence.createSync(), words: [] }) },
  { name: 'light', warm: 30_000, prepare: () => ({ call: fence.light, words: [] }) },
  { name: 'heavy', prepare: () => ({ call: fence.heavy, words: [] }) },
  ...biases.flatMap((bias): Attempt[] => [
    taking('lock', bias),
    taking('tryLock', bias),
    {
      name: `unlock, bias: ${bias}`,
      warm: 3000,
      prepare() {
        const { lock, words, isHeld } = lockWith(bias);
        lock.lock();
        return {
          call: lock.unlock,
          words: [words],
          check: (thrown) => (thrown === isHeld() ? undefined : 'half done'),
        };
      },
    },
    { ...calling('withLock', bias, () => {}), warm: 3000 },
    calling('withLock, with a section that goes deeper', bias, goDeeper),
  ]),
  {
    name: 'unlock, contended',
    prepare() {
      const { lock, words, isHeld } = lockWith('revoked');
      lock.lock();
      words[2] = (words[2] as number) | (1 << 30);
      return { call: lock.unlock, words: [words], check: (thrown) => (thrown === isHeld() ? undefined : 'half done') };
    },
  },
  {
    name: 'new BiasedLock',
    prepare() {
      const words = new Int32Array(new SharedArrayBuffer(4 * BiasedLock.WORDS));
      return { call: () => new BiasedLock(fence, words), words: [words] };
    },
  },
];
