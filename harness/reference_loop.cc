#include "reference_loop.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>

#include "membarrier_abi.h"
#include "syscall.h"

namespace harness {

namespace {

template <typename Body>
LoopResult Time(uint32_t iterations, Body body) {
  using Clock = std::chrono::steady_clock;
  int32_t answer = 0;
  const auto start = Clock::now();
  for (uint32_t i = 0; i < iterations; ++i) answer = body();
  const std::chrono::duration<double, std::nano> elapsed = Clock::now() - start;
  return {elapsed.count(), answer};
}

}  // namespace

LoopResult LibcLoop(int32_t command, uint32_t flags, int32_t cpu_id, uint32_t iterations) {
  return Time(iterations,
              [=] { return static_cast<int32_t>(syscall(membarrier::kSyscallNumber, command, flags, cpu_id)); });
}

LoopResult OwnLoop(int32_t command, uint32_t flags, int32_t cpu_id, uint32_t iterations) {
  return Time(iterations, [=] { return membarrier::MembarrierSyscall(command, flags, cpu_id); });
}

}  // namespace harness
