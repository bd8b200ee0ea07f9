// Whether the asymmetric fences of this process rest on membarrier(2): decided once, by whichever thread asks first.
//
// - One decision for the main thread and all workers, as the record of registrations is one (registrations.h). A light
//   fence that is nothing beside a heavy one that is only a full fence would order nothing, so no two threads may
//   differ.
// - It is never changed: a fence that some thread has created stays what it is.
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
