// The native layer without Node.js. CTest runs each case in a process of its own: nothing unregisters.

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "affinity.h"
#include "calls.h"
#include "code_patch.h"
#include "context_switch.h"
#include "fence_strategy.h"
#include "machine_code.h"
#include "membarrier_abi.h"
#include "parked_threads.h"
#include "registrations.h"
#include "return_stack.h"
#include "seccomp.h"
#include "syscall.h"
#include "tasks.h"
#include "threads.h"

using namespace membarrier;

namespace {

constexpr Command kRegistrable[] = {kGlobalExpedited, kPrivateExpedited, kPrivateExpeditedSyncCore,
                                    kPrivateExpeditedRseq};

bool Has(int32_t command) { return (MembarrierSyscall(kQuery, 0, 0) & command) != 0; }

// How the upstream selftests begin, and what must hold before any registration.
void CheckUnregistered() {
  CHECK(MembarrierSyscall(kQuery, 0, 0) > 0);
  CHECK(MembarrierSyscall(-1, 0, 0) == -EINVAL);
  CHECK(MembarrierSyscall(kQuery, 1, 0) == -EINVAL);
  CHECK(MembarrierSyscall(kPrivateExpedited, 0, 0) == -EPERM);
  CHECK(MembarrierSyscall(kPrivateExpeditedSyncCore, 0, 0) == (Has(kPrivateExpeditedSyncCore) ? -EPERM : -EINVAL));
  CHECK(MembarrierSyscall(kGlobalExpedited, 0, 0) == 0);
}

void RegisterAll() {
  for (const Command command : kRegistrable) {
    if (Has(command)) CHECK(Register(command) == 0);
  }
}

}  // namespace

TEST_CASE("the upstream cases single-threaded") {
  CheckUnregistered();
  CHECK(MembarrierSyscall(kRegisterPrivateExpedited, 0, 0) == 0);
  CHECK(MembarrierSyscall(kPrivateExpedited, 0, 0) == 0);
}

TEST_CASE("the upstream cases with a sibling") {
  std::atomic<bool> stop{false};
  std::thread sibling([&] {
    while (!stop.load()) std::this_thread::yield();
  });
  CheckUnregistered();
  CHECK(MembarrierSyscall(kRegisterPrivateExpedited, 0, 0) == 0);
  CHECK(MembarrierSyscall(kPrivateExpedited, 0, 0) == 0);
  stop.store(true);
  sibling.join();
}

TEST_CASE("the record is empty at first and keeps what the kernel has accepted") {
  CHECK(Record() == 0);
  uint32_t expected = 0;
  for (const Command command : kRegistrable) {
    if (!Has(command)) continue;
    CHECK(Register(command) == 0);
    expected |= static_cast<uint32_t>(command);
    CHECK(Record() == expected);
    CHECK(MembarrierSyscall(command, 0, 0) == 0);
  }
}

TEST_CASE("what is in the record is registered again without a system call") {
  CHECK(Register(kPrivateExpedited) == 0);
  REQUIRE(probes::Deny(probes::kEveryCommand, probes::kKill) == 0);
  CHECK(Register(kPrivateExpedited) == 0);
}

TEST_CASE("what the kernel refuses is not recorded") {
  REQUIRE(probes::Deny(kRegisterPrivateExpedited, EPERM) == 0);
  CHECK(Register(kPrivateExpedited) == -EPERM);
  CHECK(Record() == 0);
}

TEST_CASE("every registration of a race succeeds") {
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) threads.emplace_back(RegisterAll);
  for (std::thread& thread : threads) thread.join();
  for (const Command command : kRegistrable) {
    CHECK(((Record() & static_cast<uint32_t>(command)) != 0) == Has(command));
    if (Has(command)) CHECK(MembarrierSyscall(command, 0, 0) == 0);
  }
}

TEST_CASE("fork inherits the registration") {
  std::vector<harness::Answer> answers;
  const std::vector<harness::Words> barrier = {{kPrivateExpedited, 0, 0}};
  REQUIRE(harness::CallInFork(barrier, &answers) == 0);
  CHECK(answers.at(0).answer == -EPERM);
  CHECK(Register(kPrivateExpedited) == 0);
  REQUIRE(harness::CallInFork(barrier, &answers) == 0);
  CHECK(answers.at(0).answer == 0);
}

TEST_CASE("a registration is the memory's: a task with our memory that is not our thread makes it for us") {
  std::vector<harness::Answer> answers;
  REQUIRE(probes::CallInTasks({{kPrivateExpedited, 0, 0}, {kRegisterPrivateExpedited, 0, 0}, {kPrivateExpedited, 0, 0}},
                              &answers) == 0);
  CHECK(answers.at(0).answer == -EPERM);
  CHECK(answers.at(1).answer == 0);
  CHECK(answers.at(2).answer == 0);
  CHECK(MembarrierSyscall(kPrivateExpedited, 0, 0) == 0);
  CHECK(Record() == 0);
}

TEST_CASE("the strategy of fences is decided once, by the first proposal") {
  CHECK(DecideFenceStrategy(kUndecided) == kUndecided);
  CHECK(DecideFenceStrategy(kSymmetric) == kSymmetric);
  CHECK(DecideFenceStrategy(kMembarrier) == kSymmetric);
  CHECK(DecideFenceStrategy(kUndecided) == kSymmetric);
}

TEST_CASE("threads that decide at the same moment get one decision") {
  std::atomic<bool> start{false};
  std::atomic<int32_t> decisions[3] = {};
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, proposal = i % 2 == 0 ? kMembarrier : kSymmetric] {
      while (!start.load()) std::this_thread::yield();
      decisions[DecideFenceStrategy(proposal)]++;
    });
  }
  start.store(true);
  for (std::thread& thread : threads) thread.join();
  CHECK(decisions[kUndecided].load() == 0);
  CHECK(decisions[kMembarrier].load() + decisions[kSymmetric].load() == 8);
  CHECK((decisions[kMembarrier].load() == 0 || decisions[kSymmetric].load() == 0));
}

// Runs in a thread of its own, and answers its token.
template <typename Run>
int32_t InThread(Run run) {
  int32_t token = 0;
  std::thread([&] {
    bool is_new = false;
    token = EnrolThread(&is_new);
    CHECK(is_new);
    run(token);
  }).join();
  return token;
}

TEST_CASE("a thread has one token, and no other thread has it, ever") {
  bool is_new = false;
  const int32_t mine = EnrolThread(&is_new);
  CHECK(mine > 0);
  CHECK(is_new);
  CHECK(EnrolThread(&is_new) == mine);
  CHECK_FALSE(is_new);
  std::set<int32_t> tokens = {mine};
  // They come after each other, so that their errno may be at the same address.
  for (int i = 0; i < 100; ++i) tokens.insert(InThread([](int32_t token) { MarkThreadDead(token); }));
  CHECK(tokens.size() == 101);
  CHECK(EnrolThread(&is_new) == mine);
}

TEST_CASE("a thread is dead when it has been marked, and no other with it") {
  bool is_new = false;
  const int32_t mine = EnrolThread(&is_new);
  // Bits of several words.
  for (int i = 0; i < 70; ++i) {
    const int32_t theirs = InThread([](int32_t token) {
      CHECK_FALSE(IsThreadDead(token));
      MarkThreadDead(token);
      CHECK(IsThreadDead(token));
    });
    CHECK(IsThreadDead(theirs));
    CHECK_FALSE(IsThreadDead(theirs + 1));
  }
  CHECK_FALSE(IsThreadDead(mine));
  for (const int32_t token : {0, -1, kMaxToken}) {
    CHECK_FALSE(IsThreadDead(token));
    MarkThreadDead(token);  // without room for it, to no effect
    CHECK_FALSE(IsThreadDead(token));
  }
}

TEST_CASE("threads that enrol at the same moment get different tokens") {
  std::atomic<int> waiting{16};
  std::vector<int32_t> tokens(16);
  std::vector<std::thread> threads;
  threads.reserve(tokens.size());
  for (int32_t& token : tokens) {
    threads.emplace_back([&] {
      --waiting;
      while (waiting.load() > 0) std::this_thread::yield();
      bool is_new = false;
      token = EnrolThread(&is_new);
      MarkThreadDead(token);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(std::set<int32_t>(tokens.begin(), tokens.end()).size() == tokens.size());
}

TEST_CASE("what a thread has written before it was marked is seen by who sees the mark") {
  for (int round = 1; round <= 200; ++round) {
    std::atomic<int32_t> token{0};
    int written = 0;  // plainly: ThreadSanitizer would tell if the mark did not order it
    std::thread thread([&] {
      bool is_new = false;
      const int32_t mine = EnrolThread(&is_new);
      token.store(mine, std::memory_order_relaxed);
      written = round;
      MarkThreadDead(mine);
    });
    while (!IsThreadDead(token.load(std::memory_order_relaxed))) std::this_thread::yield();
    CHECK(written == round);
    thread.join();
  }
}

TEST_CASE("answers that contradict each other are not believed") {
  SUBCASE("0 for everything") { REQUIRE(probes::Deny(probes::kEveryCommand, probes::kPretend) == 0); }
  SUBCASE("0 for a barrier before its registration") {
    REQUIRE(probes::Deny(kPrivateExpedited, probes::kPretend) == 0);
  }
  CHECK(Register(kPrivateExpedited) == kContradiction);
  CHECK(Record() == 0);
}

TEST_CASE("what was registered outside of the package is no contradiction") {
  CHECK(MembarrierSyscall(kRegisterPrivateExpedited, 0, 0) == 0);
  CHECK(Register(kPrivateExpedited) == 0);
}

TEST_CASE("a registration that is in the record is made again, by the system call") {
  CHECK(Register(kPrivateExpedited) == 0);
  CHECK(RegisterAgain(kPrivateExpedited) == 0);
  REQUIRE(probes::Deny(kRegisterPrivateExpedited, EPERM) == 0);
  CHECK(RegisterAgain(kPrivateExpedited) == -EPERM);
}

TEST_CASE("machine code returns its constant") {
  for (uint32_t constant = 0; constant < probes::MachineCode::kConstants; ++constant) {
    probes::MachineCode code;
    const int32_t refused = code.Map(constant);
    if (refused == -ENOSYS) return;
    REQUIRE(refused == 0);
    CHECK(code.Execute() == constant);
  }
}

namespace {

void AwaitExecution(const probes::CodePatch& code, uint32_t round) {
  while (code.Acknowledged() != round) std::this_thread::yield();
}

}  // namespace

TEST_CASE("patched code is never stale after SYNC_CORE, and always before it is patched") {
  if (Register(kPrivateExpeditedSyncCore) != 0) return;
  const int32_t second = AllowedCpu(1);
  REQUIRE(Pin(AllowedCpu(0)) == 0);
  std::unique_ptr<probes::CodePatch> code;
  const int32_t refused = probes::CodePatch::Start(second < 0 ? AllowedCpu(0) : second, &code);
  if (refused == -ENOSYS) return;
  REQUIRE(refused == 0);
  uint32_t round = 0;
  // More than there are constants.
  while (round < 1000) {
    code->Patch(++round);
    REQUIRE(MembarrierSyscall(kPrivateExpeditedSyncCore, 0, 0) == 0);
    code->Publish(round);
    AwaitExecution(*code, round);
  }
  const probes::Executions claimed = code->Stop();
  CHECK(claimed.all >= round);
  CHECK(claimed.stale == 0);
  CHECK(code->Stop().all == claimed.all);

  REQUIRE(probes::CodePatch::Start(second < 0 ? AllowedCpu(0) : second, &code) == 0);
  code->Publish(1);
  AwaitExecution(*code, 1);
  CHECK(code->Stop().stale > 0);
}

TEST_CASE("patched code is executed where it is told, or not at all") {
  std::unique_ptr<probes::CodePatch> code;
  const int32_t refused = probes::CodePatch::Start(-1, &code);
  CHECK((refused == -EINVAL || refused == -ENOSYS));
  CHECK(code == nullptr);
}

namespace {

double AllSwitches(const std::vector<harness::Burst>& bursts) {
  double all = 0;
  for (const harness::Burst& burst : bursts) all += burst.switches;
  return all;
}

// Nanoseconds that so many turns take at the least, on a CPU whose clock may yet become four times as fast.
double LeastCost(uint32_t turns) {
  double least = harness::TimeSpin(turns);
  for (int i = 0; i < 20; ++i) least = std::min(least, harness::TimeSpin(turns));
  return least / 4;
}

}  // namespace

TEST_CASE("hand-overs are counted, and a planted cost is in them") {
  using harness::SwitchShape;
  constexpr uint32_t kBursts = 4;
  constexpr uint32_t kSpin = 1000000;
  const double least_cost = LeastCost(kSpin);
  for (const SwitchShape shape : {SwitchShape::kProcesses, SwitchShape::kThreads, SwitchShape::kIdle}) {
    const int32_t second = AllowedCpu(1) < 0 ? AllowedCpu(0) : AllowedCpu(1);
    const harness::SwitchSetup setup{shape, AllowedCpu(0), second, 20, kBursts};
    const std::vector<harness::SwitchArm> arms = {{0, 0, 0}, {kRegisterPrivateExpedited, 0, 0}, {0, 0, kSpin}};
    std::vector<harness::Burst> bursts;
    REQUIRE(harness::MeasureSwitches(setup, arms, &bursts) == 0);
    REQUIRE(bursts.size() == arms.size() * kBursts);
    // A side on another CPU may answer before this one has gone to sleep: how often, the machine decides.
    if (shape == SwitchShape::kIdle && second != AllowedCpu(0)) {
      CHECK(AllSwitches(bursts) > 0);
    } else {
      for (const harness::Burst& burst : bursts) CHECK(burst.switches >= 1);
    }
    for (uint32_t i = 2 * kBursts; i < 3 * kBursts; ++i) CHECK(bursts[i].nanoseconds >= least_cost);
  }
}

TEST_CASE("hand-overs that cannot be had are refused, and nobody is left waiting") {
  std::vector<harness::Burst> bursts;
  const harness::SwitchSetup setup{harness::SwitchShape::kProcesses, AllowedCpu(0), 0, 5, 1};
  const auto measure = [&](const harness::SwitchSetup& how, const harness::SwitchArm& arm) {
    return harness::MeasureSwitches(how, {arm}, &bursts);
  };
  CHECK(measure({setup.shape, -1, 0, 5, 1}, {0, 0, 0}) == -EINVAL);
  CHECK(measure({setup.shape, setup.cpu, 0, 5, harness::kMaxBursts + 1}, {0, 0, 0}) == -EINVAL);
  CHECK(measure(setup, {-1, 0, 0}) == -EINVAL);
  CHECK(measure(setup, {kPrivateExpedited, 0, 0}) == -EPERM);  // the second side would do; the first is refused
  CHECK(harness::MeasureSwitches(setup, {}, &bursts) == -EINVAL);
  CHECK(bursts.empty());
}

namespace {

// The folder of each thread of this process.
std::set<std::string> Threads() {
  std::set<std::string> threads;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) threads.insert(entry.path());
  return threads;
}

}  // namespace

TEST_CASE("parked threads end with their object") {
  std::thread([] {}).join();  // with the first, ThreadSanitizer starts one of its own
  const std::set<std::string> before = Threads();
  std::set<std::string> parked_threads;
  {
    std::unique_ptr<harness::ParkedThreads> parked;
    REQUIRE(harness::ParkedThreads::Start(50, &parked) == 0);
    const std::set<std::string> now = Threads();
    std::set_difference(now.begin(), now.end(), before.begin(), before.end(),
                        std::inserter(parked_threads, parked_threads.end()));
    CHECK(parked_threads.size() == 50);
  }
  // The kernel lists a thread for a moment after it has been waited for.
  for (const std::string& thread : parked_threads) {
    while (std::filesystem::exists(thread)) std::this_thread::yield();
  }
}

TEST_CASE("pinning is denied by a filter") {
  CHECK(Pin(AllowedCpu(0)) == 0);
  REQUIRE(probes::DenyPinning(EPERM) == 0);
  CHECK(Pin(AllowedCpu(0)) == -EPERM);
}

#if defined(__linux__) && defined(__x86_64__)

namespace {

// A leaf, so that its locals lie in the red zone, which they fill to the last word: the one that a call would
// overwrite.
[[gnu::noinline]] uint64_t Leaf(uint64_t seed) {
  volatile uint64_t locals[16];
  for (uint64_t i = 0; i < 16; ++i) locals[i] = seed + i;
  RefillReturnStack();
  uint64_t sum = 0;
  for (const uint64_t local : locals) sum += local;
  return sum;
}

// NOLINTNEXTLINE(misc-no-recursion): to be deep is its purpose
[[gnu::noinline]] uint64_t Nested(uint64_t depth) { return depth == 0 ? Leaf(depth) : Nested(depth - 1) + Leaf(depth); }

}  // namespace

TEST_CASE("refilling the return stack changes nothing but predictions") {
  uint64_t expected = 0;
  for (uint64_t depth = 0; depth <= 100; ++depth) expected += 16 * depth + 120;
  CHECK(Nested(100) == expected);
}

#endif
