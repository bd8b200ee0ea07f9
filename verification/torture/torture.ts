/**
 * The torture test of RCU: a crowd of readers and writers, more than CPUs, and a pair by itself take turns in one
 * domain, and die and are replaced meanwhile. Fails when a reader has seen an age above 1, when a thread comes no
 * further, when a sleep has timed out (sleeps have no limit here, so that a lost wake-up hangs), or when the dead leave
 * something behind.
 */
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { RcuDomain, type RcuFlavor, type RcuStats } from 'node-membarrier/rcu';
import { Stage } from '../../lib/rcu/steps.js';
import { sleepForever, slotsOf, stateOf } from '../../test/support/rcu/words.js';
import {
  AGES,
  type Board,
  createBoard,
  isStopped,
  READER_AT,
  type Role,
  rowOf,
  SLOTS,
  STOP,
  type Task,
  type Way,
  WRITER_AT,
  ways,
} from './board.js';
import { type Chance, createChance, createColdMemory } from './chance.js';
import { Crew, createSeat, type Death, deaths, type Seat, type Stuck } from './crew.js';
import { initializeRing, RING_BYTES } from './ring.js';

const programs: Record<Role, string> = {
  reader: 'reader.js',
  writer: 'writer.js',
  'pair-reader': 'pair.js',
  'pair-writer': 'pair.js',
};

export interface Torture {
  readonly flavor: RcuFlavor;
  readonly seed: number;
  readonly milliseconds: number;
  /** How long a thread may make no progress, in milliseconds. */
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly onProgress: (findings: Findings) => void;
}

export interface Findings {
  readonly readers: number;
  readonly writers: number;
  readonly milliseconds: number;
  /** By the age that a section saw at its end. */
  readonly ages: readonly number[];
  readonly waits: Readonly<Record<Way, number>>;
  readonly rounds: number;
  readonly deaths: Readonly<Record<Death, number>>;
  readonly stats: RcuStats;
  /** What went wrong. */
  readonly failures: readonly string[];
}

/** In milliseconds. */
const TURN: Record<'crowd' | 'pair', number> = { crowd: 2500, pair: 2000 };
const TICK = 50;

/** After how many ticks one is terminated. */
const LIFE = { crowd: 4, pair: 10 };

export async function torture(options: Torture): Promise<Findings> {
  return await new Run(options).run();
}

class Run {
  readonly #options: Torture;
  readonly #chance: Chance;
  readonly #domain: RcuDomain;
  readonly #board: Board;
  readonly #seats: readonly Seat<Omit<Task, 'seed'>>[];
  readonly #begin = performance.now();
  readonly #deaths = Object.fromEntries(deaths.map((death) => [death, 0])) as Record<Death, number>;
  readonly #failures: string[] = [];
  readonly #slots = availableParallelism() + 2;
  #polling = Promise.resolve();

  constructor(options: Torture) {
    this.#options = options;
    this.#chance = createChance(options.seed);
    const roles: Role[] = [
      ...Array<Role>(this.#slots).fill('reader'),
      'writer',
      'writer',
      'pair-reader',
      'pair-writer',
    ];
    this.#domain = RcuDomain.createSync({ flavor: options.flavor, maxReaders: this.#slots });
    sleepForever(this.#domain);
    this.#board = createBoard(roles.length);
    this.#board.words[SLOTS] = 1;
    this.#seats = this.#createSeats(roles);
  }

  #createSeats(roles: readonly Role[]): Seat<Omit<Task, 'seed'>>[] {
    const rings = ['writer', 'writer', 'pair'].map(() => new Int32Array(new SharedArrayBuffer(RING_BYTES)));
    for (const ring of rings) initializeRing(ring);
    const cold = createColdMemory();
    const ofCrowd = rings.slice(0, -1);
    const ofPair = rings.slice(-1);
    let writers = 0;
    return roles.map((role, seat) => {
      const all = role.startsWith('pair') ? ofPair : ofCrowd;
      const own = role === 'writer' ? all.slice(writers++, writers) : all;
      const task = { role, seat, handle: this.#domain.handle, board: this.#board, rings: own, cold };
      return createSeat<Omit<Task, 'seed'>>(task, new URL(programs[role], import.meta.url), this.#chance);
    });
  }

  async run(): Promise<Findings> {
    while (!this.#isOver()) {
      await this.#turn('pair');
      if (!this.#isOver()) await this.#turn('crowd');
    }
    if (this.#findings().stats.timeouts > 0) this.#failures.push('a sleep has timed out');
    return this.#findings();
  }

  #isOver(): boolean {
    const { milliseconds, signal } = this.#options;
    return this.#failures.length > 0 || signal.aborted || performance.now() - this.#begin > milliseconds;
  }

  async #turn(kind: keyof typeof TURN): Promise<void> {
    const seats = this.#seats.filter(({ role }) => role.startsWith('pair') === (kind === 'pair'));
    const crew = new Crew(
      seats,
      (death, seat) => this.#died(death, seat as Seat<Omit<Task, 'seed'>>),
      (message) => this.#failures.push(message),
    );
    Atomics.store(this.#board.words, STOP, 0);
    crew.start();
    const end = performance.now() + TURN[kind];
    while (performance.now() < end && !this.#isOver()) {
      await setTimeout(TICK);
      if (this.#chance.oneIn(LIFE[kind])) crew.terminateOne(this.#chance);
      this.#watch(crew);
    }
    await this.#stop(crew);
    this.#options.onProgress(this.#findings());
  }

  /** By themselves, so that what hangs is seen. */
  async #stop(crew: Crew): Promise<void> {
    const { words } = this.#board;
    Atomics.store(words, STOP, 1);
    while (!crew.hasEnded && this.#failures.length === 0) {
      // Again and again: one may have looked at STOP just before.
      for (const address of [READER_AT, WRITER_AT]) Atomics.notify(words, address);
      await setTimeout(TICK / 10);
      this.#watch(crew);
    }
    await crew.terminateAll();
    if (this.#failures.length > 0) return;
    await this.#polling;
    const { readers } = this.#domain.stats();
    if (readers > 0) this.#failures.push(`${readers} readers are left when all threads have ended`);
  }

  #watch(crew: Crew): void {
    const { ages } = this.#findings();
    const tooOld = ages.slice(2).reduce((sum, count) => sum + count, 0);
    if (tooOld > 0) this.#failures.push(`${tooOld} times a section has seen what was freed`);
    const stuck = crew.stuckFor(this.#options.patience);
    if (stuck.length > 0) this.#failures.push(this.#describe(stuck));
  }

  /**
   * A reader that has died in its section has woken nobody. Who polls retires it. Or the successor of a pair's reader
   * does it, who then takes all slots: otherwise it finds a free one.
   */
  #died(death: Death, { role }: Seat<Omit<Task, 'seed'>>): void {
    this.#deaths[death]++;
    const leave = role === 'pair-reader' && !isStopped(this.#board) && this.#chance.oneIn(2);
    if (role === 'pair-reader') Atomics.store(this.#board.words, SLOTS, leave ? this.#slots : 1);
    if (!leave) this.#polling = this.#polling.then(() => this.#poll());
  }

  async #poll(): Promise<void> {
    await setTimeout(this.#chance.below(50));
    const cookie = this.#domain.startPoll();
    while (this.#failures.length === 0 && !this.#domain.poll(cookie)) await setTimeout(1);
  }

  #describe(stuck: readonly Stuck[]): string {
    const { sequence, stage } = stateOf(this.#domain);
    const lines = stuck.map(
      ({ seat: { role, task }, threadId, seconds }) =>
        `  ${role}, seat ${task.seat}, worker ${threadId}: no progress for ${seconds.toFixed(1)} s`,
    );
    lines.push(`  grace period ${sequence}, ${Stage[stage]}`);
    for (const [i, slot] of slotsOf(this.#domain).entries()) {
      const owner = slot.owner === 0 ? 'free' : `thread ${slot.owner}`;
      const wanted = slot.waitWord ? ', somebody may be asleep' : '';
      lines.push(`  slot ${i}: ${owner}, in ${slot.nesting} sections, since grace period ${slot.sequence}${wanted}`);
    }
    return `hang\n${lines.join('\n')}`;
  }

  #findings(): Findings {
    const rows = this.#seats.map(({ role, task }) => ({ role, row: rowOf(this.#board, task.seat) }));
    const sum = (index: number, ...roles: Role[]) =>
      rows.reduce((total, { role, row }) => total + (roles.includes(role) ? (row[index] as number) : 0), 0);
    const waits = ways.map((way, i) => [way, sum(i, 'writer', 'pair-writer')]);
    return {
      readers: rows.filter(({ role }) => role === 'reader').length,
      writers: rows.filter(({ role }) => role === 'writer').length,
      milliseconds: performance.now() - this.#begin,
      ages: Array.from({ length: AGES }, (_, age) => sum(age, 'reader', 'pair-reader')),
      waits: Object.fromEntries(waits) as Record<Way, number>,
      rounds: sum(0, 'pair-writer') + sum(1, 'pair-writer'),
      deaths: { ...this.#deaths },
      stats: this.#domain.stats(),
      failures: this.#failures,
    };
  }
}
