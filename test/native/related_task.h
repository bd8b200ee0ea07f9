// Tasks that run while a barrier is issued, and are related to its issuer in other ways than as threads of one process.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace probes {

enum class Relation : int32_t {
  // It has the memory of the issuer, which is our process, and is not its thread: CLONE_VM without CLONE_THREAD.
  kTask = 0,
  // A thread of the issuer, which is a child of ours that was forked and has not called exec.
  kForked = 1,
};

// The task runs, pinned to a CPU, until it is stopped, the object is destroyed, or the thread that started it ends.
class RelatedTask {
 public:
  // Returns 0 or -errno.
  static int32_t Start(Relation relation, int32_t cpu, std::unique_ptr<RelatedTask>* started);

  ~RelatedTask();
  RelatedTask(const RelatedTask&) = delete;
  RelatedTask& operator=(const RelatedTask&) = delete;
  RelatedTask(RelatedTask&&) = delete;
  RelatedTask& operator=(RelatedTask&&) = delete;

  // The number that the task has in /proc.
  [[nodiscard]] pid_t Task() const { return task_; }

  // Counts on while the task runs.
  [[nodiscard]] uint32_t Progress() const { return progress_->load(std::memory_order_relaxed); }

  // Has the issuer make this call of membarrier(2) so often. Returns the last answer, or -errno.
  [[nodiscard]] int32_t Issue(int32_t command, uint32_t times) const;

  // Ends the task, and waits for it; and the forked child.
  void Stop();

 private:
  using Word = std::atomic<uint32_t>;

  RelatedTask() = default;
  int32_t StartTask();
  int32_t StartForked();
  static int Run(void* progress);

  Word* progress_ = nullptr;  // shared with a forked child as well
  void* stack_ = nullptr;     // of a kTask
  pid_t child_ = -1;
  pid_t task_ = -1;
  int orders_ = -1;  // to a forked child, and its answers
};

}  // namespace probes
