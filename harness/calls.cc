#include "calls.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "membarrier_abi.h"
#include "syscall.h"

namespace harness {

namespace {

template <typename Call>
Answer Time(uint32_t iterations, Call call) {
  using Clock = std::chrono::steady_clock;
  int32_t answer = 0;
  const auto start = Clock::now();
  for (uint32_t i = 0; i < iterations; ++i) answer = call();
  return {answer, std::chrono::duration<double, std::nano>(Clock::now() - start).count()};
}

}  // namespace

Answer LibcLoop(int32_t command, uint32_t flags, int32_t cpu_id, uint32_t iterations) {
  return Time(iterations,
              [=] { return static_cast<int32_t>(syscall(membarrier::kSyscallNumber, command, flags, cpu_id)); });
}

Answer OwnLoop(int32_t command, uint32_t flags, int32_t cpu_id, uint32_t iterations) {
  return Time(iterations, [=] { return membarrier::MembarrierSyscall(command, flags, cpu_id); });
}

int32_t CallInFork(const std::vector<Words>& calls, std::vector<Answer>* answers) {
  const size_t bytes = sizeof(Answer) * (calls.size() + 1);
  void* mapping = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) return -errno;
  auto* shared = static_cast<Answer*>(mapping);

  const pid_t child = fork();
  if (child == 0) {
    // A forked child of a process with threads may only make async-signal-safe calls: no allocation, no stdio.
    for (size_t i = 0; i < calls.size(); ++i) shared[i] = OwnLoop(calls[i].command, calls[i].flags, calls[i].cpu_id, 1);
    _exit(0);
  }
  int status = 0;
  int32_t result = 0;
  if (child < 0 || waitpid(child, &status, 0) != child)
    result = -errno;
  else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    result = -ECHILD;
  if (result == 0) answers->assign(shared, shared + calls.size());
  munmap(mapping, bytes);
  return result;
}

}  // namespace harness
