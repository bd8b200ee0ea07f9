// The strategy of the asymmetric fences of this process. The first thread that asks decides it.
//
// - Main thread and workers share one decision. Suppose one thread's light fence does nothing in hardware, and another
//   thread's heavy fence is only a full fence: the pair would order nothing. So no two threads may differ.
// - The decision never changes, so a fence that a thread has created stays what it is.
#pragma once

#include <cstdint>

namespace membarrier {

enum FenceStrategy : int32_t {
  kUndecided = 0,
  kMembarrier = 1,  // light: no fence in hardware; heavy: PRIVATE_EXPEDITED
  kSymmetric = 2,   // both: a full fence
};

// Decides, unless it is decided already, and returns the decision. With kUndecided it only asks.
FenceStrategy DecideFenceStrategy(FenceStrategy proposal);

}  // namespace membarrier
