// The process-wide record: which barriers were registered *through this package*, by any thread.
//
// - Main thread and workers share one record, since they share one mapping of the library. The library is linked with
//   `-z nodelete`. So the record outlives every worker, as the kernel's own registration does.
// - A bit is set only after the kernel has accepted the registration. It is never cleared, since nothing unregisters.
// - The kernel may still lose a registration, when a tool checkpoints and restores the process. RegisterAgain() is for
//   that.
// - fork(2) copies the record and the kernel's registrations alike; exec clears both.
#pragma once

#include <cstdint>

namespace membarrier {

// Something answers membarrier(2) in the kernel's place, and contradicts itself: a sandbox or an emulator that returns
// 0 for calls that it does not make. Not an errno.
constexpr int32_t kContradiction = -10000;

// The barriers registered so far: the sum of their command numbers. Makes no system call.
uint32_t Record();

// Registers a barrier (one of the four that need it; the caller checks). Returns 0, -errno or kContradiction. A barrier
// that is in the record already makes no system call, except for GLOBAL_EXPEDITED; otherwise this blocks for 5 to 25 ms
// in a process with several threads.
int32_t Register(int32_t barrier);

// The same for a barrier that is in the record, and that the kernel refuses as unregistered. Makes the system call.
int32_t RegisterAgain(int32_t barrier);

}  // namespace membarrier
