// membarrier(2) as a C program calls it, and after fork(2) without exec, which JavaScript does not have.
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
  int32_t answer;      // of the last call; through libc, -1 for an error
  double nanoseconds;  // that all calls took
};

// A loop through libc's syscall(2), as C programs make it.
Answer LibcLoop(int32_t command, uint32_t flags, int32_t cpu_id, uint32_t iterations);

// A loop through the package's own MembarrierSyscall(), which may refill the return stack: what a call from JavaScript
// takes more is Node.js and Node-API.
Answer OwnLoop(int32_t command, uint32_t flags, int32_t cpu_id, uint32_t iterations);

// Makes the calls in a forked, single-threaded child, in order. Blocks until the child has exited. Returns 0 or -errno.
int32_t CallInFork(const std::vector<Words>& calls, std::vector<Answer>* answers);

}  // namespace harness
