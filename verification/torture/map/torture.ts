/**
 * The torture test of SharedMap: readers and writers, more than CPUs, that die and are replaced, on one map after the
 * other, each with another codec. Fails when a reader finds a value that is torn, missing, older than the last one that
 * was complete or seen when the read began, or younger than what had begun when it ended; when a thread comes no
 * further; or when, after a turn, the memory of the map is not accounted for to the byte.
 */
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { SharedMap } from 'node-membarrier/collections';
import type { RcuFlavor } from 'node-membarrier/rcu';
import { audit } from '../../../test/support/collections/audit.js';
import { createBoard, rowOf, STOP } from '../board.js';
import { type Chance, createChance } from '../chance.js';
import { Crew, createSeat, type Death, deaths, type Seat } from '../crew.js';
import {
  CHANGES,
  CLEARINGS,
  type CodecName,
  codecNames,
  createVersions,
  ITERATIONS,
  type MapTask,
  READS,
} from './board.js';
import { codecNamed, makeValue } from './values.js';

export interface MapTorture {
  readonly flavor: RcuFlavor;
  readonly seed: number;
  readonly milliseconds: number;
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly onProgress: (findings: MapFindings) => void;
}

export interface MapFindings {
  readonly readers: number;
  readonly writers: number;
  readonly milliseconds: number;
  readonly turns: Readonly<Record<CodecName, number>>;
  readonly reads: number;
  readonly changes: number;
  readonly iterations: number;
  readonly clearings: number;
  readonly deaths: Readonly<Record<Death, number>>;
  readonly writerDeaths: number;
  /** In blocks that nobody had, at the ends of turns. */
  readonly lostBytes: number;
  /** The most that a map had in use at the end of a turn, in the first quarter of the time and in the last. */
  readonly usedBytes: readonly number[];
  readonly failures: readonly string[];
}

/** In milliseconds. */
const TURN = 2500;
const TICK = 20;

/** After how many ticks one is terminated. */
const LIFE = 3;

const STABLE = 200;

type Task = Omit<MapTask, 'seed'>;

export async function tortureMap(options: MapTorture): Promise<MapFindings> {
  return await new Run(options).run();
}

class Run {
  readonly #options: MapTorture;
  readonly #chance: Chance;
  readonly #begin = performance.now();
  readonly #deaths = Object.fromEntries(deaths.map((death) => [death, 0])) as Record<Death, number>;
  readonly #turns = Object.fromEntries(codecNames.map((name) => [name, 0])) as Record<CodecName, number>;
  readonly #failures: string[] = [];
  readonly #readers = availableParallelism() + 1;
  readonly #writers = 2;
  readonly #sums = { reads: 0, changes: 0, iterations: 0, clearings: 0, writerDeaths: 0, lostBytes: 0 };
  readonly #usedBytes: number[] = [];

  constructor(options: MapTorture) {
    this.#options = options;
    this.#chance = createChance(options.seed);
  }

  async run(): Promise<MapFindings> {
    for (let turn = 0; turn === 0 || !this.#isOver(); turn++) {
      await this.#turn(codecNames[turn % codecNames.length] as CodecName, turn % 3 === 2);
      this.#options.onProgress(this.#findings());
    }
    return this.#findings();
  }

  #isOver(): boolean {
    const { milliseconds, signal } = this.#options;
    return this.#failures.length > 0 || signal.aborted || performance.now() - this.#begin > milliseconds;
  }

  /** With a map of its own. With clear(), there are no keys that stay. */
  async #turn(codec: CodecName, withClear: boolean): Promise<void> {
    const map = SharedMap.createSync<string, unknown>({
      flavor: this.#options.flavor,
      debug: this.#chance.oneIn(2),
      codec: codecNamed(codec),
      maxBytes: 2 ** 24,
      maxThreads: 16,
    });
    if (!withClear) this.#addStable(map, codec);
    const board = createBoard(this.#readers + this.#writers + 1);
    const seats = this.#seats(map, codec, board, withClear);
    const crew = new Crew(
      seats,
      (death, seat) => this.#died(death, seat as Seat<Task>),
      (message) => this.#failures.push(message),
    );
    crew.start();
    const end = performance.now() + TURN;
    while (performance.now() < end && !this.#isOver()) {
      await setTimeout(TICK);
      if (this.#chance.oneIn(LIFE)) crew.terminateOne(this.#chance);
      this.#watch(crew);
    }
    Atomics.store(board.words, STOP, 1);
    while (!crew.hasEnded && this.#failures.length === 0) {
      await setTimeout(TICK / 10);
      this.#watch(crew);
    }
    await crew.terminateAll();
    this.#turns[codec]++;
    for (const { seat } of seats.map(({ task }) => task)) {
      const row = rowOf(board, seat);
      this.#sums.reads += row[READS] as number;
      this.#sums.iterations += row[ITERATIONS] as number;
      this.#sums.changes += row[CHANGES] as number;
      this.#sums.clearings += row[CLEARINGS] as number;
    }
    if (this.#failures.length === 0) this.#settle(map, codec);
    map[Symbol.dispose]();
  }

  #addStable(map: SharedMap<string, unknown>, codec: CodecName): void {
    for (let i = 0; i < STABLE; i++) map.set(`s${i}`, makeValue(codec, i, 1, 20));
    map.set('stable', makeValue(codec, 0, 1, 1));
  }

  #seats(
    map: SharedMap<string, unknown>,
    codec: CodecName,
    board: ReturnType<typeof createBoard>,
    withClear: boolean,
  ): Seat<Task>[] {
    const common = { board, codec, handle: map.handle, versions: createVersions(), writers: this.#writers };
    const readers = Array.from({ length: this.#readers }, () => ({ role: 'reader' as const, writer: 0 }));
    const writers = Array.from({ length: this.#writers }, (_, writer) => ({ role: 'writer' as const, writer }));
    const clearers = withClear ? [{ role: 'clearer' as const, writer: 0 }] : [];
    return [...readers, ...writers, ...clearers].map((role, seat) => {
      const program = role.role === 'reader' ? 'reader.js' : 'writer.js';
      return createSeat<Task>({ ...common, ...role, seat }, new URL(program, import.meta.url), this.#chance);
    });
  }

  /** A change of this thread's completes what a dead writer has left. Then nothing is unaccounted for. */
  #settle(map: SharedMap<string, unknown>, codec: CodecName): void {
    map.set('last', makeValue(codec, 0, 1, 20_000)); // by way of a reserved block, and so of recover()
    const { faults, keys, lostBytes } = audit(map.handle);
    this.#failures.push(...faults);
    this.#sums.lostBytes += lostBytes;
    if (lostBytes > 0) this.#failures.push(`${lostBytes} bytes are lost`);
    if (keys !== map.size) this.#failures.push(`${map.size} keys are counted, ${keys} are there`);
    const listed = [...map.keys()].length;
    if (listed !== keys) this.#failures.push(`${keys} keys are there, ${listed} are listed`);
    this.#usedBytes.push(map.stats().usedBytes);
  }

  #watch(crew: Crew): void {
    const [stuck] = crew.stuckFor(this.#options.patience);
    if (stuck === undefined) return;
    this.#failures.push(`hang: a ${stuck.seat.role} made no progress for ${stuck.seconds.toFixed(1)} s`);
  }

  #died(death: Death, { role }: Seat<Task>): void {
    this.#deaths[death]++;
    if (role !== 'reader') this.#sums.writerDeaths++;
  }

  #findings(): MapFindings {
    return {
      ...this.#sums,
      readers: this.#readers,
      writers: this.#writers,
      milliseconds: performance.now() - this.#begin,
      turns: this.#turns,
      deaths: { ...this.#deaths },
      usedBytes: this.#usedBytes,
      failures: this.#failures,
    };
  }
}
