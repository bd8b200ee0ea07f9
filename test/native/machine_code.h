// A function in machine code that returns a constant, and that one thread can patch while others execute it.
//
// - Each execution returns the old constant or the new one, and nothing else. A patch is one aligned store, to an
//   instruction that the architecture lets be replaced while it is executed.
// - Even a thread that has seen the announcement of the patch may get the old one, since it may have fetched the
//   instruction before. A context synchronization in that thread, after the patch and before the execution, makes it
//   the new one. This is what membarrier's SYNC_CORE is for.
// - No page is writable and executable: the same memory is mapped twice.
#pragma once

#include <cstdint>

namespace probes {

class MachineCode {
 public:
  // Constants are smaller than this, so that they fit into every architecture's instruction.
  static constexpr uint32_t kConstants = 256;

  MachineCode() = default;
  // Unmaps the code: no thread may execute it any more.
  ~MachineCode();
  MachineCode(const MachineCode&) = delete;
  MachineCode& operator=(const MachineCode&) = delete;
  MachineCode(MachineCode&&) = delete;
  MachineCode& operator=(MachineCode&&) = delete;

  // Makes the function, which returns `constant` in every thread that is started from now on, and in this one. Returns
  // 0 or -errno: -ENOSYS where the architecture is none of those in machine_code.cc, -EACCES or -EPERM where a policy
  // forbids new code. To be called once.
  int32_t Map(uint32_t constant);

  // Makes it return another constant, and does what the architecture asks of the thread that writes. One thread at a
  // time.
  void Patch(uint32_t constant);

  // Calls the function.
  [[nodiscard]] uint32_t Execute() const { return function_(); }

 private:
  // Both point to the same memory, or are null. Map() sets them, only the destructor unmaps them, and the descriptor
  // behind them is closed by then: the mappings alone keep it.
  uint8_t* writable_ = nullptr;
  uint8_t* executable_ = nullptr;
  uint32_t (*function_)() = nullptr;
};

}  // namespace probes
