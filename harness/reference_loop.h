// membarrier(2) in a C loop: what a call from JavaScript is measured against.
#pragma once

#include <cstdint>

namespace harness {

struct LoopResult {
  double nanoseconds;  // of the whole loop
  int32_t answer;      // of the last call; through libc, -1 for an error
};

// Through libc's syscall(2), as C programs make it.
LoopResult LibcLoop(int32_t command, uint32_t flags, int32_t cpu_id, uint32_t iterations);

// Through the package's own MembarrierSyscall(), which may refill the return stack: what is left is Node.js and
// Node-API.
LoopResult OwnLoop(int32_t command, uint32_t flags, int32_t cpu_id, uint32_t iterations);

}  // namespace harness
