#include "fence_strategy.h"

#include <atomic>

namespace membarrier {

namespace {

// Release pairs with acquire: who learns that the process uses membarrier(2) also sees it in the record of
// registrations, which the thread that decided had entered before.
std::atomic<int32_t> decision{kUndecided};

}  // namespace

FenceStrategy DecideFenceStrategy(FenceStrategy proposal) {
  int32_t found = kUndecided;
  if (decision.compare_exchange_strong(found, proposal, std::memory_order_acq_rel)) return proposal;
  return static_cast<FenceStrategy>(found);
}

}  // namespace membarrier
