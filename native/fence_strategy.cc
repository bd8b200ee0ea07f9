#include "fence_strategy.h"

#include <atomic>

namespace membarrier {

namespace {

// The word decides and publishes nothing besides, so that relaxed would do; one word has one modification order, in
// which the first exchange wins.
std::atomic<int32_t> decision{kUndecided};

}  // namespace

FenceStrategy DecideFenceStrategy(FenceStrategy proposal) {
  int32_t found = kUndecided;
  if (decision.compare_exchange_strong(found, proposal, std::memory_order_relaxed)) return proposal;
  return static_cast<FenceStrategy>(found);
}

}  // namespace membarrier
