// The user-space ABI of membarrier(2), complete to Linux 6.18: every command, its flag, its number.
//
// The constants are our own, because a build must not depend on the age of the distribution's headers. Those of Debian
// 12 lack GET_REGISTRATIONS. membarrier_abi.cc compares them with <linux/membarrier.h> if that has them.
#pragma once

#include <cstdint>

#if defined(__linux__)
#include <sys/syscall.h>
#endif

namespace membarrier {

enum Command : int32_t {
  kQuery = 0,
  kGlobal = 1 << 0,
  kGlobalExpedited = 1 << 1,
  kRegisterGlobalExpedited = 1 << 2,
  kPrivateExpedited = 1 << 3,
  kRegisterPrivateExpedited = 1 << 4,
  kPrivateExpeditedSyncCore = 1 << 5,
  kRegisterPrivateExpeditedSyncCore = 1 << 6,
  kPrivateExpeditedRseq = 1 << 7,
  kRegisterPrivateExpeditedRseq = 1 << 8,
  kGetRegistrations = 1 << 9,
};

// Only PRIVATE_EXPEDITED_RSEQ takes it: `cpu_id` names the one CPU to reach.
constexpr uint32_t kFlagCpu = 1 << 0;

// Each registration is the bit above the barrier it enables; registrations.cc relies on it.
constexpr int32_t RegisterCommandOf(int32_t barrier) { return barrier << 1; }
static_assert(RegisterCommandOf(kGlobalExpedited) == kRegisterGlobalExpedited);
static_assert(RegisterCommandOf(kPrivateExpedited) == kRegisterPrivateExpedited);
static_assert(RegisterCommandOf(kPrivateExpeditedSyncCore) == kRegisterPrivateExpeditedSyncCore);
static_assert(RegisterCommandOf(kPrivateExpeditedRseq) == kRegisterPrivateExpeditedRseq);

#if defined(SYS_membarrier)
constexpr long kSyscallNumber = SYS_membarrier;
#elif defined(__linux__) && defined(__x86_64__)
constexpr long kSyscallNumber = 324;
#elif defined(__linux__) && (defined(__aarch64__) || defined(__riscv) || defined(__loongarch__))
constexpr long kSyscallNumber = 283;
#elif defined(__linux__) && defined(__powerpc__)
constexpr long kSyscallNumber = 365;
#elif defined(__linux__) && defined(__s390__)
constexpr long kSyscallNumber = 356;
#elif defined(__linux__)
#error "The C library does not name SYS_membarrier, and its number on this architecture is not known here."
#endif

}  // namespace membarrier
