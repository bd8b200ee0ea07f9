/** Mutants of the system call: the facade, and the native layer. */
import type { Mutant } from './mutant.js';

export const ofCall: readonly Mutant[] = [
  {
    name: 'a-lost-registration-stays-lost',
    file: 'core/barrier.js',
    edits: [['answer === -EPERM &&', 'answer === 1 &&']],
    tests: ['core/contradictions'],
  },
  {
    name: 'native-zeros-are-believed',
    file: 'native/registrations.cc',
    edits: [['if (IsAnsweredUnregistered(barrier)) return kContradiction;', '']],
    tests: ['core/contradictions'],
  },
  {
    name: 'native-nothing-is-recorded',
    file: 'native/registrations.cc',
    edits: [['record.fetch_or(', 'static_cast<void>(']],
    tests: ['core/record', 'core/contradictions'],
  },
  {
    name: 'native-deaths-go-unnoticed',
    file: 'native/addon.cc',
    edits: [['napi_add_env_cleanup_hook(env, MarkDead, data) == napi_ok', 'data != nullptr']],
    tests: ['rcu/death'],
  },
  {
    name: 'native-tokens-are-given-twice',
    file: 'native/threads.cc',
    edits: [['record->owner.store(nullptr, std::memory_order_release);', 'return;']],
    tests: ['addon/copies', 'rcu/death'],
  },
];
