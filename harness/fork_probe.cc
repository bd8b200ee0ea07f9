#include "fork_probe.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>

#include "syscall.h"

namespace harness {

namespace {

using Clock = std::chrono::steady_clock;

Answer TimedCall(const Words& words) {
  const auto start = Clock::now();
  const int32_t answer = membarrier::MembarrierSyscall(words.command, words.flags, words.cpu_id);
  return {answer, std::chrono::duration<double, std::nano>(Clock::now() - start).count()};
}

// 0 or -errno, of a child that is to exit with 0; `child` may be the -1 of what did not start one.
int32_t Await(pid_t child) {
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return -errno;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}

struct Task {
  Words words;
  Answer answer;
};

int RunTask(void* data) {
  auto* task = static_cast<Task*>(data);
  task->answer = TimedCall(task->words);
  return 0;
}

}  // namespace

int32_t CallInFork(const std::vector<Words>& calls, std::vector<Answer>* answers) {
  const size_t bytes = sizeof(Answer) * (calls.size() + 1);
  void* mapping = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) return -errno;
  auto* shared = static_cast<Answer*>(mapping);

  const pid_t child = fork();
  if (child == 0) {
    // A forked child of a process with threads may only make async-signal-safe calls: no allocation, no stdio.
    for (size_t i = 0; i < calls.size(); ++i) shared[i] = TimedCall(calls[i]);
    _exit(0);
  }

  const int32_t result = Await(child);
  if (result == 0) answers->assign(shared, shared + calls.size());
  munmap(mapping, bytes);
  return result;
}

int32_t CallInTasks(const std::vector<Words>& calls, std::vector<Answer>* answers) {
  constexpr size_t kStackBytes = size_t{64} * 1024;
  void* stack = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (stack == MAP_FAILED) return -errno;
  int32_t result = 0;
  for (size_t i = 0; i < calls.size() && result == 0; ++i) {
    Task task{calls[i], {}};
    // CLONE_VFORK: we sleep until it has exited, since it has our thread-local storage too.
    result = Await(clone(RunTask, static_cast<char*>(stack) + kStackBytes, CLONE_VM | CLONE_VFORK | SIGCHLD, &task));
    if (result == 0) answers->push_back(task.answer);
  }
  munmap(stack, kStackBytes);
  return result;
}

}  // namespace harness
