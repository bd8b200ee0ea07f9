#include "tasks.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

namespace probes {

namespace {

struct Task {
  harness::Words words;
  harness::Answer answer;
};

int Run(void* data) {
  auto* task = static_cast<Task*>(data);
  task->answer = harness::OwnLoop(task->words.command, task->words.flags, task->words.cpu_id, 1);
  return 0;
}

// 0 or -errno, of a task that is to exit with 0; `child` may be the -1 of what did not start one.
int32_t Await(pid_t child) {
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return -errno;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}

}  // namespace

int32_t CallInTasks(const std::vector<harness::Words>& calls, std::vector<harness::Answer>* answers) {
  constexpr size_t kStackBytes = size_t{64} * 1024;
  void* stack = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (stack == MAP_FAILED) return -errno;
  int32_t result = 0;
  for (size_t i = 0; i < calls.size() && result == 0; ++i) {
    Task task{calls[i], {}};
    // CLONE_VFORK: we sleep until it has exited, since it has our thread-local storage too.
    result = Await(clone(Run, static_cast<char*>(stack) + kStackBytes, CLONE_VM | CLONE_VFORK | SIGCHLD, &task));
    if (result == 0) answers->push_back(task.answer);
  }
  munmap(stack, kStackBytes);
  return result;
}

}  // namespace probes
