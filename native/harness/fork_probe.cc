#include "fork_probe.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "syscall.h"

namespace harness {

using Clock = std::chrono::steady_clock;

int32_t CallInFork(const std::vector<Words>& calls, std::vector<Answer>* answers) {
  const size_t bytes = sizeof(Answer) * (calls.size() + 1);
  void* mapping = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) return -errno;
  auto* shared = static_cast<Answer*>(mapping);

  const pid_t child = fork();
  if (child == 0) {
    // A forked child of a process with threads may only make async-signal-safe calls: no allocation, no stdio.
    for (size_t i = 0; i < calls.size(); ++i) {
      const auto start = Clock::now();
      const int32_t answer = membarrier::Call(calls[i].command, calls[i].flags, calls[i].cpu_id);
      shared[i] = {answer, std::chrono::duration<double, std::nano>(Clock::now() - start).count()};
    }
    _exit(0);
  }

  int32_t result = child < 0 ? -errno : 0;
  int status = 0;
  if (child > 0 && waitpid(child, &status, 0) != child) result = -errno;
  if (result == 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) result = -ECHILD;
  if (result == 0) answers->assign(shared, shared + calls.size());
  munmap(mapping, bytes);
  return result;
}

}  // namespace harness
