// fork(2) without exec, which JavaScript does not have: what a child inherits.
#pragma once

#include <cstdint>
#include <vector>

namespace harness {

struct Words {
  int32_t command;
  uint32_t flags;
  int32_t cpu_id;
};

// Makes the calls in a forked, single-threaded child, in order, and writes their answers. Blocks until the child has
// exited. Returns 0 or -errno.
int32_t CallInFork(const std::vector<Words>& calls, std::vector<int32_t>* answers);

}  // namespace harness
