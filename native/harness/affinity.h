// Pinning, so that a benchmark knows which thread runs where.
#pragma once

#include <cstdint>
#include <vector>

namespace harness {

// Pins the calling thread to one CPU. Returns 0 or -errno.
int32_t Pin(int32_t cpu);

// The CPUs that the calling thread may run on.
std::vector<int32_t> Affinity();

}  // namespace harness
