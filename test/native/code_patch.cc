#include "code_patch.h"

#include <sched.h>

#include <cerrno>
#include <utility>

namespace probes {

namespace {

// What the function returns may be one round ahead: patched, and not yet published. Any other difference is a round
// that was over before.
bool IsStale(uint32_t returned, uint32_t published) { return (returned - published) % MachineCode::kConstants > 1; }

int32_t PinThread(pthread_t thread, int32_t cpu) {
  if (cpu < 0 || cpu >= CPU_SETSIZE) return -EINVAL;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  return -pthread_setaffinity_np(thread, sizeof set, &set);
}

}  // namespace

int32_t CodePatch::Start(int32_t cpu, std::unique_ptr<CodePatch>* started) {
  std::unique_ptr<CodePatch> patch(new CodePatch());
  const int32_t refused = patch->code_.Map(0);
  if (refused != 0) return refused;
  // Not std::thread, which throws where a thread is refused.
  const int failed = pthread_create(&patch->thread_, nullptr, Run, patch.get());
  if (failed != 0) return -failed;
  patch->running_ = true;
  const int32_t unpinned = PinThread(patch->thread_, cpu);
  if (unpinned == 0) *started = std::move(patch);
  return unpinned;
}

Executions CodePatch::Stop() {
  if (!running_) return executions_;
  stop_.store(true, std::memory_order_relaxed);
  pthread_join(thread_, nullptr);
  running_ = false;
  return executions_;
}

void* CodePatch::Run(void* self) {
  static_cast<CodePatch*>(self)->Execute();
  return nullptr;
}

void CodePatch::Execute() {
  Executions executions{0, 0};
  uint32_t acknowledged = 0;
  while (!stop_.load(std::memory_order_relaxed)) {
    // Nothing between these two waits for the load: if the processor lets it, the instruction is fetched meanwhile.
    const uint32_t published = published_.load(std::memory_order_acquire);
    const uint32_t returned = code_.Execute();
    ++executions.all;
    if (IsStale(returned, published)) ++executions.stale;
    if (published == acknowledged) continue;
    acknowledged = published;
    acknowledged_.store(published, std::memory_order_release);
  }
  executions_ = executions;
}

}  // namespace probes
