/**
 * What a section of the event-loop flavor costs: a loop over a record with it, beside the same loop without. And a
 * section of the other flavor, for comparison.
 */
import { AsymmetricFence } from 'node-membarrier/fence';
import { RcuDomain } from 'node-membarrier/rcu';
import { contest } from '../measure/contest.js';
import { timed, withoutPreemption } from '../measure/samples.js';

AsymmetricFence.createSync({ fallback: 'error' });
const words = new Int32Array(new SharedArrayBuffer(4 * 64));
const READ = 'words[32] = words[i & 31];';

const calls = 100_000;
const side = (label: string, statement: string, names: object = {}) => ({
  label,
  sample: withoutPreemption(timed(calls, statement, { ...names, words })),
});
const reader = RcuDomain.createSync({ flavor: 'qsbr' }).registerReader();
const { readLock, readUnlock } = reader;
const other = RcuDomain.createSync().registerReader();

contest({
  id: 'loop-section',
  title: 'a read section, event-loop flavor',
  contenders: {
    without: side('the loop without it', READ),
    object: {
      ...side('readLock(), readUnlock()', `reader.readLock(); ${READ} reader.readUnlock();`, { reader }),
      moreThan: ['without'],
    },
    local: {
      ...side('the same, local consts', `readLock(); ${READ} readUnlock();`, { readLock, readUnlock }),
      moreThan: ['without'],
    },
    memb: {
      ...side('the memb flavor', `reader.readLock(); ${READ} reader.readUnlock();`, { reader: other }),
      moreThan: ['without'],
    },
  },
  rounds: 500,
  warmUp: 100,
  discardedFor: 'a CPU that was taken away',
});
