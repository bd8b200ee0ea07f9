#include "context_switch.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <numeric>

#include "affinity.h"
#include "syscall.h"

namespace harness {

namespace {

using Clock = std::chrono::steady_clock;
using Word = std::atomic<uint32_t>;
static_assert(sizeof(Word) == 4 && Word::is_always_lock_free, "a futex is a word");

constexpr uint32_t kFirst = 0;
constexpr uint32_t kSecond = 1;

// Shared by the measuring process and both sides of an arm. All orders are the default, sequentially consistent one:
// what matters here is what the kernel does, and a futex is system calls.
struct alignas(128) SharedArm {
  Word turn;      // whose turn it is
  Word wanted;    // how many bursts are to have been run
  Word done;      // how many have been
  Word failure;   // an errno, of a side that could not be set up
  uint32_t spin;  // a planted cost; written before there are sides
  Burst bursts[kMaxBursts];
};

void Wait(Word* word, uint32_t while_it_is, const timespec* timeout = nullptr) {
  syscall(SYS_futex, word, FUTEX_WAIT, while_it_is, timeout, nullptr, 0);
}

void Set(Word* word, uint32_t value) {
  word->store(value);
  syscall(SYS_futex, word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

void Await(Word* word, uint32_t value) {
  for (uint32_t seen = word->load(); seen != value; seen = word->load()) Wait(word, seen);
}

void Spin(uint32_t turns) {
  for (uint32_t i = 0; i < turns; ++i) asm volatile("");
}

double TimesAwayFromCpu() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return static_cast<double>(usage.ru_nvcsw + usage.ru_nivcsw);
}

double NanosecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

void RunFirst(SharedArm* arm, const SwitchSetup& setup) {
  for (uint32_t burst = 0; burst < setup.bursts; ++burst) {
    Await(&arm->wanted, burst + 1);
    const double away = TimesAwayFromCpu();
    const auto start = Clock::now();
    for (uint32_t i = 0; i < setup.round_trips; ++i) {
      Spin(arm->spin);
      Set(&arm->turn, kSecond);
      Await(&arm->turn, kFirst);
    }
    const double nanoseconds = NanosecondsSince(start);
    arm->bursts[burst] = {nanoseconds / (2.0 * setup.round_trips), (TimesAwayFromCpu() - away) / setup.round_trips};
    Set(&arm->done, burst + 1);
  }
}

[[noreturn]] void RunSecond(SharedArm* arm) {
  for (;;) {
    Await(&arm->turn, kSecond);
    Spin(arm->spin);
    Set(&arm->turn, kFirst);
  }
}

[[noreturn]] void Fail(SharedArm* arm, int32_t error) {
  arm->failure.store(static_cast<uint32_t>(-error));
  Set(&arm->done, UINT32_MAX);
  _exit(1);
}

// A side of an arm begins: dies with the process that measures, and is what the arm says.
void SetUp(SharedArm* arm, int32_t registers, int32_t cpu, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  static_cast<void>(signal(SIGINT, SIG_DFL));
  static_cast<void>(signal(SIGTERM, SIG_DFL));
  const int32_t unpinned = membarrier::Pin(cpu);
  if (unpinned != 0) Fail(arm, unpinned);
  const int32_t refused = registers == 0 ? 0 : membarrier::MembarrierSyscall(registers, 0, 0);
  if (refused != 0) Fail(arm, refused);
}

[[noreturn]] void BeFirst(SharedArm* arm, const SwitchArm& what, const SwitchSetup& setup, pid_t parent) {
  SetUp(arm, what.first_registers, setup.cpu, parent);
  pthread_t thread{};
  if (setup.shape == SwitchShape::kThreads) {
    const int failed = pthread_create(
        &thread, nullptr, [](void* arm) -> void* { RunSecond(static_cast<SharedArm*>(arm)); }, arm);
    if (failed != 0) Fail(arm, -failed);
  }
  RunFirst(arm, setup);
  for (;;) pause();
}

[[noreturn]] void BeSecond(SharedArm* arm, const SwitchArm& what, const SwitchSetup& setup, pid_t parent) {
  SetUp(arm, what.second_registers, setup.shape == SwitchShape::kIdle ? setup.other_cpu : setup.cpu, parent);
  RunSecond(arm);
}

// `run` does not return. In a child of a process with threads it makes system calls, and one pthread_create().
template <typename Run>
int32_t Fork(std::vector<pid_t>* pids, Run run) {
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) run(parent);
  if (pid < 0) return -errno;
  pids->push_back(pid);
  return 0;
}

// How far it is from one arm to the next: each time another way through all of them, so that none always begins, and
// none always runs in the wake of the same one.
size_t Stride(uint32_t burst, size_t arms) {
  size_t stride = 1 + burst % arms;
  while (std::gcd(stride, arms) != 1) ++stride;
  return stride;
}

int32_t RunBurst(SharedArm* arm, uint32_t number) {
  const timespec patience{60, 0};
  Set(&arm->wanted, number);
  for (uint32_t done = arm->done.load(); done < number; done = arm->done.load()) {
    Wait(&arm->done, done, &patience);
    if (arm->done.load() == done) return -ETIMEDOUT;
  }
  return -static_cast<int32_t>(arm->failure.load());
}

}  // namespace

int32_t MeasureSwitches(const SwitchSetup& setup, const std::vector<SwitchArm>& arms, std::vector<Burst>* bursts) {
  if (setup.bursts > kMaxBursts || arms.empty()) return -EINVAL;
  const size_t bytes = sizeof(SharedArm) * arms.size();
  void* mapping = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) return -errno;
  auto* shared = static_cast<SharedArm*>(mapping);  // zero is what every word begins with

  int32_t result = 0;
  std::vector<pid_t> pids;
  for (size_t i = 0; i < arms.size() && result == 0; ++i) {
    shared[i].spin = arms[i].spin;
    result = Fork(&pids, [&](pid_t parent) { BeFirst(&shared[i], arms[i], setup, parent); });
    if (result != 0 || setup.shape == SwitchShape::kThreads) continue;
    result = Fork(&pids, [&](pid_t parent) { BeSecond(&shared[i], arms[i], setup, parent); });
  }
  for (uint32_t burst = 0; burst < setup.bursts && result == 0; ++burst) {
    const size_t stride = Stride(burst, arms.size());
    for (size_t i = 0; i < arms.size() && result == 0; ++i) {
      result = RunBurst(&shared[(burst + i * stride) % arms.size()], burst + 1);
    }
  }
  for (const pid_t pid : pids) kill(pid, SIGKILL);
  for (const pid_t pid : pids) waitpid(pid, nullptr, 0);
  for (size_t i = 0; i < arms.size() && result == 0; ++i) {
    bursts->insert(bursts->end(), shared[i].bursts, shared[i].bursts + setup.bursts);
  }
  munmap(mapping, bytes);
  return result;
}

double TimeSpin(uint32_t turns) {
  const auto start = Clock::now();
  Spin(turns);
  return NanosecondsSince(start);
}

}  // namespace harness
