// Patches machine code under a thread that executes it, and counts how often that thread gets the old code.
//
// A round of the patching thread:  patch; barrier, or none in a control; publish; wait for the acknowledgement
// The executing thread, forever:   see what is published; execute; compare; acknowledge
//
// An execution is stale if it returns less than what was published when it began. Since a patch comes before its
// publication:
//
// - With SYNC_CORE between the two, no execution is stale. The executing thread sees the round (acquire; its partner is
//   the release in Publish) only after the barrier has returned. By then the barrier has made it synchronize its
//   context, or it was not running and did so when it was scheduled: all that it executes from there on was fetched
//   after the patch.
// - Without the barrier, the instruction may have been fetched before the round was seen. Nothing in the executing loop
//   prevents it: no system call, no serializing instruction, and no branch that waits for what was seen. Whether it
//   happens is up to the processor: on x86, where the fetching of instructions takes part in the coherence of caches,
//   it was never seen.
//
// test/core/sync-core.test.ts puts both to the test.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "machine_code.h"

namespace probes {

struct Executions {
  uint64_t all;
  uint64_t stale;
};

// The patching thread's side, and the executing thread behind it. Only Stop() waits, and so does the destructor.
class CodePatch {
 public:
  // Starts the executing thread, pinned to a CPU: it and the patching thread must run at the same time. Returns 0 or
  // -errno, as MachineCode::Map() does.
  static int32_t Start(int32_t cpu, std::unique_ptr<CodePatch>* started);

  ~CodePatch() { Stop(); }
  CodePatch(const CodePatch&) = delete;
  CodePatch& operator=(const CodePatch&) = delete;
  CodePatch(CodePatch&&) = delete;
  CodePatch& operator=(CodePatch&&) = delete;

  // Rounds count from 1, and each is to be patched and published once. The order is the caller's: the wrong one makes
  // executions stale on every processor, which shows that they are counted.
  void Patch(uint32_t round) { code_.Patch(round % MachineCode::kConstants); }
  void Publish(uint32_t round) { published_.store(round, std::memory_order_release); }

  // The last round that an execution has begun with; that execution has been counted.
  [[nodiscard]] uint32_t Acknowledged() const { return acknowledged_.load(std::memory_order_acquire); }

  // Ends the executing thread and waits for it, which looks for this between any two executions. Returns what was
  // counted.
  Executions Stop();

 private:
  CodePatch() = default;
  static void* Run(void* self);
  void Execute();

  // Written by the patching thread. The executing thread uses this object until it is joined. The code that frees the
  // object joins it first.
  alignas(64) std::atomic<uint32_t> published_{0};
  std::atomic<bool> stop_{false};
  bool running_ = false;
  pthread_t thread_{};
  MachineCode code_;

  // Written by the executing thread; the counts when it ends, so that pthread_join() publishes them.
  alignas(64) std::atomic<uint32_t> acknowledged_{0};
  Executions executions_{0, 0};
};

}  // namespace probes
