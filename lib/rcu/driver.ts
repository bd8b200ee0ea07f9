/**
 * Drives grace periods: takes the steps that lead to the end of one, with the heavy fences between them. Any number of
 * threads may do so at once; each takes what is the next step, and whoever comes first has taken it. So there is nobody
 * to wait for but readers, and a thread that ends in the middle leaves no more than a step to be taken by another.
 *
 *     advance, heavy, scan until nobody is in the way, heavy, done
 *
 * The first heavy fence pairs with the light one in lock, the second with the first light one in unlock (domain.wat).
 */
import { isThreadDead } from '../fence/threads.js';
import { Stage, type Steps } from './steps.js';

export interface Driver {
  /** Drives until the grace period of the cookie is over (0), or a reader is in the way: its slot. Never sleeps. */
  readonly drive: (cookie: number) => number;
  /** As `drive`; readers that have died are not in the way. */
  readonly driveOverDead: (cookie: number) => number;
  /**
   * To be called before a sleep; another drive() has to follow. Answers what FLAG has to be for the sleep to begin. FLAG before the slots: pairs with the second light fence in
   * unlock. Either the reader sees that somebody is asleep, or the drive sees that it has left.
   */
  readonly announceSleep: () => number;
  readonly ownerOf: (slot: number) => number;
}

export function createDriver(steps: Steps, heavy: () => void): Driver {
  const { look, fenced, scan, scanned, finish, announce, retire } = steps;
  const owner = steps.OWNER.value;

  function drive(cookie: number): number {
    for (;;) {
      const stage = look(cookie);
      if (stage === Stage.ADVANCED) {
        heavy(); // what was unpublished, and STATE, before the slots: pairs with light() in lock
        fenced();
      } else if (stage === Stage.FENCED) {
        const busy = scan();
        if (busy !== 0) return busy;
        scanned();
      } else if (stage === Stage.SCANNED) {
        heavy(); // the slots before what the caller frees: pairs with the first light() in unlock
        finish();
      } else {
        return 0;
      }
    }
  }

  function driveOverDead(cookie: number): number {
    for (;;) {
      const busy = drive(cookie);
      if (busy === 0) return 0;
      const token = ownerOf(busy);
      // Asked before retire() reads the slot: what the dead have stored can be seen.
      if (!isThreadDead(token)) return busy;
      retire(busy, token);
    }
  }

  function announceSleep(): number {
    const flag = announce();
    heavy();
    return flag;
  }

  function ownerOf(slot: number): number {
    return steps.load(slot + owner);
  }

  return { drive, driveOverDead, announceSleep, ownerOf };
}
