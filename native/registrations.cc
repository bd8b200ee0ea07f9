#include "registrations.h"

#include <atomic>

#include "membarrier_abi.h"
#include "syscall.h"

namespace membarrier {

namespace {

// Release in Register() pairs with acquire in Record(): who sees a bit also sees the registration that set it as
// complete, so that its own barrier cannot be refused. The kernel orders the two as well, so no test can tell the
// difference; it is what C++ asks for.
std::atomic<uint32_t> record{0};

}  // namespace

uint32_t Record() { return record.load(std::memory_order_acquire); }

int32_t Register(int32_t barrier) {
  const auto bit = static_cast<uint32_t>(barrier);
  if ((Record() & bit) != 0) return 0;
  // Two threads may both get here: registering twice is harmless, and each must know that it succeeded.
  const int32_t answer = Call(RegisterCommandOf(barrier), 0, 0);
  if (answer == 0) record.fetch_or(bit, std::memory_order_release);
  return answer;
}

}  // namespace membarrier
