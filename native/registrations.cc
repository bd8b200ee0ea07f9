#include "registrations.h"

#include <atomic>

#include "membarrier_abi.h"
#include "syscall.h"

namespace membarrier {

namespace {

// Release in Register() pairs with acquire in Record(). A thread that sees a bit also sees the registration complete,
// so its own barrier cannot be refused. The kernel orders the two as well, so no test can tell the difference. C++
// requires it.
std::atomic<uint32_t> record{0};

// Whether an unregistered barrier returns 0, where the kernel returns EPERM. The libc may have registered it (musl
// does); GET_REGISTRATIONS tells that on Linux 6.3 and later. One such result alone is no proof; two are.
bool IsAnsweredUnregistered(int32_t barrier) {
  for (int tries = 0; tries < 2; ++tries) {
    if (MembarrierSyscall(barrier, 0, 0) != 0) return false;
    const int32_t held = MembarrierSyscall(kGetRegistrations, 0, 0);
    if (held < 0 || (held & RegisterCommandOf(barrier)) != 0) return false;
  }
  return true;
}

// Whether QUERY answers, and does not have the barrier.
bool IsDenied(int32_t barrier) {
  const int32_t offered = MembarrierSyscall(kQuery, 0, 0);
  return offered >= 0 && (offered & barrier) == 0;
}

// If the kernel loses this registration, no barrier of this process is refused: those of other processes miss it. So
// the call is made each time, and once more where the kernel then holds nothing. GET_REGISTRATIONS tells from Linux 6.3
// on.
int32_t RegisterGlobal() {
  for (int tries = 0; tries < 2; ++tries) {
    const int32_t answer = MembarrierSyscall(kRegisterGlobalExpedited, 0, 0);
    if (answer != 0) return answer;
    const int32_t held = MembarrierSyscall(kGetRegistrations, 0, 0);
    if (held < 0 || (held & kRegisterGlobalExpedited) != 0) return 0;
  }
  return kContradiction;
}

}  // namespace

uint32_t Record() { return record.load(std::memory_order_acquire); }

int32_t Register(int32_t barrier) {
  if (barrier != kGlobalExpedited) {
    if ((Record() & static_cast<uint32_t>(barrier)) != 0) return 0;
    if (IsAnsweredUnregistered(barrier)) return kContradiction;
  }
  const int32_t answer = barrier == kGlobalExpedited ? RegisterGlobal() : RegisterAgain(barrier);
  if (answer != 0) return answer;
  if (IsDenied(barrier)) return kContradiction;
  // Two threads may both get here: registering twice is harmless, and each must know that it succeeded.
  record.fetch_or(static_cast<uint32_t>(barrier), std::memory_order_release);
  return 0;
}

int32_t RegisterAgain(int32_t barrier) { return MembarrierSyscall(RegisterCommandOf(barrier), 0, 0); }

}  // namespace membarrier
