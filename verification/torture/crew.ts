/**
 * The threads of one turn: each has a seat, and is replaced when it has died. They die by themselves, and at the hands
 * of this crew, at random moments.
 */
import { Worker } from 'node:worker_threads';
import { type Board, isStopped, rowOf } from './board.js';
import { type Chance, createChance, EXITED, ON_PURPOSE } from './chance.js';

export const deaths = ['terminated', 'threw', 'exited'] as const;
export type Death = (typeof deaths)[number];

/** What the task of every thread contains. */
export interface SeatTask {
  readonly role: string;
  readonly seat: number;
  readonly board: Board;
}

export interface Seat<T extends SeatTask = SeatTask> {
  readonly role: T['role'];
  /** The module that its threads run. */
  readonly program: URL;
  /** And a seed of their own. */
  readonly task: T;
  /** Seeds of the threads that are to have it. */
  readonly chance: Chance;
}

export function createSeat<T extends SeatTask>(task: T, program: URL, { below }: Chance): Seat<T> {
  return { role: task.role, program, task, chance: createChance(below(2 ** 32)) };
}

/** A thread in its seat, and since when it has made no progress: the time, and what its counters came to then. */
interface Member {
  readonly seat: Seat;
  readonly worker: Worker;
  terminated: boolean;
  since: number;
  progress: number;
}

export interface Stuck {
  readonly seat: Seat;
  readonly threadId: number;
  readonly seconds: number;
}

export class Crew {
  readonly #seats: readonly Seat[];
  readonly #onDeath: (death: Death, seat: Seat) => void;
  readonly #onFailure: (message: string) => void;
  readonly #members = new Map<Seat, Member>();

  constructor(
    seats: readonly Seat[],
    onDeath: (death: Death, seat: Seat) => void,
    onFailure: (message: string) => void,
  ) {
    this.#seats = seats;
    this.#onDeath = onDeath;
    this.#onFailure = onFailure;
  }

  start(): void {
    for (const seat of this.#seats) this.#start(seat);
  }

  /** None is left: to be asked after STOP. */
  get hasEnded(): boolean {
    return this.#members.size === 0;
  }

  #start(seat: Seat): void {
    const workerData = { ...seat.task, seed: seat.chance.below(2 ** 32) };
    const worker = new Worker(seat.program, { workerData, execArgv: [], env: {} });
    const progress = progressOf(seat);
    const member = { seat, worker, terminated: false, since: performance.now(), progress };
    this.#members.set(seat, member);
    let error: Error | undefined;
    worker.on('error', (thrown) => {
      error = thrown;
    });
    worker.on('exit', (status) => this.#ended(member, error, status));
  }

  #ended(member: Member, error: Error | undefined, status: number): void {
    const { seat, terminated } = member;
    this.#members.delete(seat);
    const stopped = isStopped(seat.task.board);
    const death = deathOf(terminated, error, status);
    if (death !== undefined) this.#onDeath(death, seat);
    else if (error !== undefined) this.#onFailure(`a ${seat.role} threw ${error.stack}`);
    else if (status !== 0 || !stopped) this.#onFailure(`a ${seat.role} ended with ${status}`);
    if (!stopped) this.#start(seat);
  }

  /**
   * Perhaps: most of those that have made no progress just now are spared. They may hang, or on a busy machine be
   * starting.
   */
  terminateOne({ below, oneIn }: Chance): void {
    const member = [...this.#members.values()][below(this.#seats.length)];
    if (member === undefined || member.terminated) return;
    if (progressOf(member.seat) > member.progress || oneIn(32)) void terminate(member);
  }

  async terminateAll(): Promise<void> {
    await Promise.all([...this.#members.values()].map(terminate));
  }

  stuckFor(milliseconds: number): Stuck[] {
    const now = performance.now();
    for (const member of this.#members.values()) {
      const progress = progressOf(member.seat);
      if (progress === member.progress) continue;
      member.since = now;
      member.progress = progress;
    }
    return [...this.#members.values()]
      .filter(({ since }) => now - since > milliseconds)
      .map(({ seat, worker, since }) => ({ seat, threadId: worker.threadId, seconds: (now - since) / 1000 }));
  }
}

function progressOf({ task: { board, seat } }: Seat): number {
  return rowOf(board, seat).reduce((sum, count) => sum + count, 0);
}

async function terminate(member: Member): Promise<void> {
  member.terminated = true;
  await member.worker.terminate();
}

function deathOf(terminated: boolean, error: Error | undefined, status: number): Death | undefined {
  if (error?.message === ON_PURPOSE) return 'threw';
  if (error !== undefined) return undefined;
  if (status === EXITED) return 'exited';
  return terminated ? 'terminated' : undefined; // while it starts, with 0
}
