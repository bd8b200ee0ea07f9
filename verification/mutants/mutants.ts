/**
 * Mutants: small changes of the library's text. Some test has to notice each, unless the list says why not. They are
 * those that once nobody noticed, a choice of those that were noticed, and the planted faults
 * (verification/faults/faults.ts) but for those that the map's torture test notices.
 */
import { type Fault, faults } from '../faults/faults.js';
import type { Mutant } from './mutant.js';
import { ofCall } from './of-call.js';
import { ofFence } from './of-fence.js';
import { ofLoop } from './of-loop.js';
import { ofRcu } from './of-rcu.js';
import { ofSteps } from './of-steps.js';

const ofMemb = ['rcu/fences', 'rcu/steps', 'rcu/death', 'rcu/waiting', 'rcu/domain'];
const testsOf = {
  torture: ofMemb,
  model: ofMemb,
  'loop torture': ['rcu/event-loop', 'rcu/event-loop-process'],
  'map torture': [],
  'loop map torture': [],
};

function ofFault({ name, file, text, instead, noticed }: Fault): Mutant {
  const tests = 'test' in noticed ? [noticed.test.replace('.test.js', '')] : testsOf[noticed.by];
  return { name, file: file.endsWith('.wat') ? file : file.replace('lib/', ''), edits: [[text, instead]], tests };
}

const ofFaults = faults.filter(({ noticed }) => !noticed.by.endsWith('map torture')).map(ofFault);

export const mutants: readonly Mutant[] = [...ofSteps, ...ofRcu, ...ofLoop, ...ofFence, ...ofCall, ...ofFaults];
