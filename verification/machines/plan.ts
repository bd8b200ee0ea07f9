/** What the guest is to do: the host writes it, the guest reads it. */
import type { CommandName } from 'node-membarrier';

export interface SuitePlan {
  readonly task: 'suite';
  readonly arch: string;
  readonly mask: number;
  readonly unsupported: readonly CommandName[];
  /** Options of Node.js, for the test files. */
  readonly nodeOptions: readonly string[];
  /** Whether these run too, which take a while. */
  readonly doctor: boolean;
  readonly torture: boolean;
  readonly bench: boolean;
  /** Compiled test files: two at once; and those that need the machine for themselves. */
  readonly together: readonly string[];
  readonly alone: readonly string[];
}

export interface SwitchesPlan {
  readonly task: 'switches';
  /** Nobody registers, so that the counts must be found wrong. */
  readonly leaveOut: boolean;
}

export type Plan = SuitePlan | SwitchesPlan;
