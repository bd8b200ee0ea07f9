/**
 * The program whose code is printed: the full fence of this thread, and the steps of RCU that have one. V8 compiles
 * what is called.
 */
import { instructionsOfThisThread } from '../../../lib/fence/instructions.js';
import { instantiate } from '../../../lib/rcu/steps.js';

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
const refuse = () => {
  throw new Error('refused');
};
const [self, other] = [1, 2];
const { cookie, claim, reapDeadReader, SLOTS } = instantiate(memory, 'membarrier', self, refuse);
const slot = SLOTS.value;
instructionsOfThisThread().fullFence?.();
cookie();
claim(slot, 0);
reapDeadReader(slot, other);
