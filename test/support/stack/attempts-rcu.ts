/** What is called of RCU at the end of the stack (stack-end.ts), and how it is checked. */
import { type RcuCookie, RcuDomain } from 'node-membarrier/rcu';
import type { Attempt, Check } from './attempts-lock.js';

const domain = RcuDomain.createSync({ maxReaders: 8 });
const memory = new Int32Array((domain.imports.memory as { buffer: SharedArrayBuffer }).buffer);
const reader = domain.registerReader();
/** The word of its slot, of 64 bits. */
const slot = memory.subarray(reader.slot / 4, reader.slot / 4 + 2);

const isInside = () => slot[0] !== 0 || slot[1] !== 0;
const isOutside: Check = () => (isInside() ? 'the section is open' : undefined);

function leave(): void {
  while (isInside()) reader.readUnlock();
}

const problems: string[] = [];
const settled: Promise<unknown>[] = [];
let queued = 0;
let ran = 0;

const settles: Check = (thrown, promise) => {
  if (!thrown) settled.push((promise as Promise<void>).catch(checkRejection));
  return undefined;
};

function checkRejection(error: unknown): void {
  if (!(error instanceof RangeError)) problems.push(`a promise was rejected with ${String(error)}`);
}

/** Waits for all that was begun. What never came, or came too often. */
export async function lost(): Promise<string[]> {
  leave();
  const limit = new Promise<'late'>((resolve) => void setTimeout(resolve, 20_000, 'late').unref());
  const all = Promise.all(settled).then(() => domain.barrier());
  if ((await Promise.race([all, limit])) === 'late') problems.push('a promise never settles');
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
  if (timers.length > 0) problems.push(`${timers.length} timers are left, and keep the process alive`);
  if (ran !== queued) problems.push(`${queued} callbacks were queued, and ${ran} have run`);
  return problems;
}

export const attemptsAtRcu: readonly Attempt[] = [
  {
    name: 'readLock',
    warm: 30_000,
    prepare() {
      leave();
      return {
        call: reader.readLock,
        words: [memory],
        check: (thrown) => (thrown === isInside() ? 'half done' : undefined),
      };
    },
  },
  {
    name: 'readUnlock',
    warm: 30_000,
    prepare() {
      leave();
      reader.readLock();
      return {
        call: reader.readUnlock,
        words: [memory],
        check: (thrown) => (thrown === isInside() ? undefined : 'half done'),
      };
    },
  },
  {
    name: 'read',
    warm: 30_000,
    prepare() {
      leave();
      return { call: () => reader.read(() => 1), words: [memory], check: isOutside };
    },
  },
  {
    name: 'read, with a section that goes deeper',
    prepare() {
      leave();
      const deeper = (): number => 1 + deeper();
      return { call: () => reader.read(deeper), words: [memory], check: isOutside };
    },
  },
  {
    name: 'read, nested',
    prepare() {
      leave();
      reader.readLock();
      const deeper = (): number => reader.read(deeper);
      const only = () => {
        reader.readUnlock();
        return isInside() ? 'an inner section is open' : undefined;
      };
      return { call: deeper, words: [memory], check: only };
    },
  },
  {
    name: 'registerReader and dispose',
    warm: 3000,
    prepare() {
      leave();
      const before = domain.stats().readers;
      const check: Check = (thrown, result) => {
        if (!thrown) (result as Disposable)[Symbol.dispose]();
        return domain.stats().readers === before ? undefined : 'a slot is lost';
      };
      return { call: () => domain.registerReader({ name: 'a name' }), words: [memory], check };
    },
  },
  {
    name: 'reader[Symbol.dispose]',
    prepare() {
      const other = domain.registerReader();
      const check: Check = (thrown) => {
        if (thrown) other[Symbol.dispose]();
        return domain.stats().readers === 1 ? undefined : 'a slot is lost';
      };
      return { call: () => other[Symbol.dispose](), words: [memory], check };
    },
  },
  {
    name: 'domain[Symbol.dispose]',
    prepare() {
      const again = RcuDomain.attach(domain.handle);
      again.registerReader();
      again.registerReader();
      const check: Check = () => {
        again[Symbol.dispose]();
        return domain.stats().readers === 1 ? undefined : 'a slot is lost';
      };
      return { call: () => again[Symbol.dispose](), words: [memory], check };
    },
  },
  {
    name: 'synchronizeSync',
    warm: 10_000,
    prepare() {
      leave();
      return { call: () => domain.synchronizeSync(), words: [memory] };
    },
  },
  {
    name: 'poll',
    warm: 10_000,
    prepare() {
      leave();
      const cookie: RcuCookie = domain.startPoll();
      return { call: () => domain.poll(cookie), words: [memory] };
    },
  },
  { name: 'startPoll', warm: 10_000, prepare: () => ({ call: () => domain.startPoll(), words: [memory] }) },
  { name: 'stats', warm: 3000, prepare: () => ({ call: () => domain.stats(), words: [memory] }) },
  { name: 'createSync', prepare: () => ({ call: () => RcuDomain.createSync({ maxReaders: 1 }), words: [] }) },
  { name: 'create', prepare: () => ({ call: () => RcuDomain.create({ maxReaders: 1 }), words: [], check: settles }) },
  { name: 'attach', prepare: () => ({ call: () => RcuDomain.attach(domain.handle), words: [memory] }) },
  {
    name: 'synchronize',
    prepare() {
      leave();
      return { call: () => domain.synchronize(), words: [memory], check: settles };
    },
  },
  {
    name: 'barrier',
    prepare() {
      return { call: () => domain.barrier(), words: [memory], check: settles };
    },
  },
  {
    name: 'callRcu',
    prepare() {
      // An object of its own, which keeps no event loop alive as yet.
      const again = RcuDomain.attach(domain.handle);
      const check: Check = (thrown) => {
        if (thrown) return undefined;
        queued++;
        settled.push(again.barrier());
        return undefined;
      };
      const count = () => void ran++;
      return { call: () => again.callRcu(count), words: [memory], check };
    },
  },
  ...attemptsAtLoop(),
];

/** The event-loop flavor. */
function attemptsAtLoop(): Attempt[] {
  const loop = RcuDomain.createSync({ flavor: 'qsbr', maxReaders: 8 });
  const words = [new Int32Array((loop.imports.memory as { buffer: SharedArrayBuffer }).buffer)];
  const one = loop.registerReader();
  let isOnline = true;
  const be = (online: boolean) => {
    if (isOnline !== online) one[online ? 'online' : 'offline']();
    isOnline = online;
  };
  const isNow = (online: boolean) => {
    isOnline = online;
    return undefined;
  };
  return [
    {
      name: 'online',
      warm: 3000,
      prepare() {
        be(false);
        return { call: one.online, words, check: (thrown) => isNow(!thrown) };
      },
    },
    {
      name: 'offline',
      warm: 3000,
      prepare() {
        be(true);
        return { call: one.offline, words, check: (thrown) => isNow(thrown) };
      },
    },
    {
      name: 'quiescentState',
      warm: 30_000,
      prepare() {
        be(true);
        return { call: one.quiescentState, words };
      },
    },
    {
      name: 'registerReader, qsbr',
      warm: 3000,
      prepare() {
        const before = loop.stats().readers;
        const check: Check = (thrown, result) => {
          if (!thrown) (result as Disposable)[Symbol.dispose]();
          return loop.stats().readers === before ? undefined : 'a slot is lost';
        };
        return { call: () => loop.registerReader({ name: 'a name' }), words, check };
      },
    },
    {
      name: 'synchronizeSync, qsbr',
      warm: 3000,
      prepare() {
        be(true);
        const check: Check = () => {
          try {
            one.offline();
            one.online();
            return undefined;
          } catch {
            return 'it has stayed offline';
          }
        };
        return { call: () => loop.synchronizeSync(), words, check };
      },
    },
  ];
}
