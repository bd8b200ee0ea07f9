// fork(2) without exec, and clone(2), which JavaScript does not have: what a child inherits, and what it shares.
#pragma once

#include <cstdint>
#include <vector>

namespace harness {

struct Words {
  int32_t command;
  uint32_t flags;
  int32_t cpu_id;
};

struct Answer {
  int32_t answer;
  double nanoseconds;  // that the call took
};

// Makes the calls in a forked, single-threaded child, in order, and writes what they answered. Blocks until the child
// has exited. Returns 0 or -errno.
int32_t CallInFork(const std::vector<Words>& calls, std::vector<Answer>* answers);

// Makes each call in a task of its own, one after the other, that has our memory and is not our thread: clone(CLONE_VM)
// without CLONE_THREAD. Blocks until the last has exited. Returns 0 or -errno.
int32_t CallInTasks(const std::vector<Words>& calls, std::vector<Answer>* answers);

}  // namespace harness
