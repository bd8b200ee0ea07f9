// membarrier(2) in tasks of clone(2) that have our memory and are not our threads, which JavaScript does not have.
#pragma once

#include <cstdint>
#include <vector>

#include "calls.h"

namespace probes {

// Makes each call in a task of its own, one after the other: clone(CLONE_VM) without CLONE_THREAD. Blocks until the
// last has exited. Returns 0 or -errno.
int32_t CallInTasks(const std::vector<harness::Words>& calls, std::vector<harness::Answer>* answers);

}  // namespace probes
