// Real sandboxes for the tests: a seccomp filter on membarrier(2) or on pinning, in this process and all that it
// starts.
#pragma once

#include <cstdint>

namespace probes {

constexpr int32_t kEveryCommand = -1;
constexpr int32_t kKill = 0;         // the process
constexpr int32_t kKillThread = -1;  // the calling thread
constexpr int32_t kPretend = -2;     // success, though nothing was done

// From now on, in every thread of the process and for good, membarrier(2) with `command` (or kEveryCommand) answers
// -error without reaching the kernel, or is fatal (kKill, kKillThread), or only seems to work (kPretend). Filters add
// up. Returns 0 or -errno.
int32_t Deny(int32_t command, int32_t error);

// The same for sched_setaffinity(2), whatever its arguments.
int32_t DenyPinning(int32_t error);

}  // namespace probes
