// Pinning: two threads that are to run at the same moment must not be left to share a CPU, as on a busy machine they
// do.
#pragma once

#include <cstdint>

namespace membarrier {

// Pins the calling thread to one CPU. Returns 0 or -errno.
int32_t Pin(int32_t cpu);

// The number of a CPU that the calling thread may run on: the first for 0, and so on; -1 where there are not so many.
int32_t AllowedCpu(int32_t nth);

}  // namespace membarrier
