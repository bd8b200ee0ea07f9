#include "related_task.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <new>
#include <utility>

#include "syscall.h"

namespace probes {

namespace {

constexpr size_t kStackBytes = size_t{64} * 1024;

struct Order {
  int32_t command;
  uint32_t times;
};

int32_t Repeat(const Order& order) {
  int32_t answer = 0;
  for (uint32_t i = 0; i < order.times; ++i) answer = membarrier::MembarrierSyscall(order.command, 0, 0);
  return answer;
}

// Messages are so short that a socket takes them as a whole.
template <typename Message>
bool Send(int socket, const Message& message) {
  return send(socket, &message, sizeof message, MSG_NOSIGNAL) == sizeof message;
}

template <typename Message>
bool Receive(int socket, Message* message) {
  return recv(socket, message, sizeof *message, 0) == sizeof *message;
}

void DieWithParent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
}

struct Thread {
  void* progress;
  int socket;
};

}  // namespace

int RelatedTask::Run(void* progress) {
  for (;;) static_cast<Word*>(progress)->fetch_add(1, std::memory_order_relaxed);
}

int32_t RelatedTask::Start(Relation relation, int32_t cpu, std::unique_ptr<RelatedTask>* started) {
  std::unique_ptr<RelatedTask> related(new RelatedTask());
  void* shared = mmap(nullptr, sizeof(Word), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return -errno;
  related->progress_ = new (shared) Word(0);
  const int32_t failed = relation == Relation::kTask ? related->StartTask() : related->StartForked();
  if (failed != 0) return failed;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<size_t>(cpu), &set);
  if (sched_setaffinity(related->task_, sizeof set, &set) != 0) return -errno;
  *started = std::move(related);
  return 0;
}

int32_t RelatedTask::StartTask() {
  void* stack = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (stack == MAP_FAILED) return -errno;
  stack_ = stack;
  // It has our thread-local storage too, errno in it, and we go on: no call of libc that could fail.
  const auto run = [](void* progress) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return Run(progress);
  };
  child_ = clone(run, static_cast<char*>(stack) + kStackBytes, CLONE_VM | SIGCHLD, progress_);
  task_ = child_;
  return child_ < 0 ? -errno : 0;
}

int32_t RelatedTask::StartForked() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -errno;
  orders_ = ends[0];
  const pid_t parent = getpid();
  child_ = fork();
  if (child_ == 0) {
    // In a child of a process with threads: system calls, and one pthread_create().
    DieWithParent(parent);
    close(ends[0]);
    Thread thread{progress_, ends[1]};
    pthread_t started{};
    const int failed = pthread_create(
        &started, nullptr,
        [](void* data) -> void* {
          const Thread self = *static_cast<Thread*>(data);
          Send(self.socket, static_cast<int32_t>(syscall(SYS_gettid)));
          Run(self.progress);
          return nullptr;
        },
        &thread);
    if (failed != 0) Send(ends[1], int32_t{-failed});
    Order order{};
    while (Receive(ends[1], &order)) Send(ends[1], Repeat(order));
    _exit(0);
  }
  const int32_t error = errno;
  close(ends[1]);
  if (child_ < 0) return -error;
  int32_t task = -ECHILD;
  Receive(orders_, &task);
  task_ = task;
  return task < 0 ? task : 0;
}

void RelatedTask::Stop() {
  if (child_ <= 0) return;
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
  child_ = -1;
}

RelatedTask::~RelatedTask() {
  Stop();
  if (orders_ >= 0) close(orders_);
  if (stack_ != nullptr) munmap(stack_, kStackBytes);
  if (progress_ != nullptr) munmap(progress_, sizeof(Word));
}

int32_t RelatedTask::Issue(int32_t command, uint32_t times) const {
  const Order order{command, times};
  if (orders_ < 0) return Repeat(order);
  int32_t answer = 0;
  return Send(orders_, order) && Receive(orders_, &answer) ? answer : -ECHILD;
}

}  // namespace probes
