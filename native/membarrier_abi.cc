// Asserts at compile time that our ABI constants are the kernel's. No code comes of it.

#include "membarrier_abi.h"

#if defined(__linux__) && __has_include(<linux/membarrier.h>)
#include <linux/membarrier.h>
#include <linux/version.h>

namespace membarrier {

#if LINUX_VERSION_CODE >= KERNEL_VERSION(4, 16, 0)
static_assert(kQuery == int32_t{MEMBARRIER_CMD_QUERY});
static_assert(kGlobal == int32_t{MEMBARRIER_CMD_GLOBAL});
static_assert(kGlobalExpedited == int32_t{MEMBARRIER_CMD_GLOBAL_EXPEDITED});
static_assert(kRegisterGlobalExpedited == int32_t{MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED});
static_assert(kPrivateExpedited == int32_t{MEMBARRIER_CMD_PRIVATE_EXPEDITED});
static_assert(kRegisterPrivateExpedited == int32_t{MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED});
static_assert(kPrivateExpeditedSyncCore == int32_t{MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE});
static_assert(kRegisterPrivateExpeditedSyncCore == int32_t{MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE});
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 10, 0)
static_assert(kPrivateExpeditedRseq == int32_t{MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ});
static_assert(kRegisterPrivateExpeditedRseq == int32_t{MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ});
static_assert(kFlagCpu == uint32_t{MEMBARRIER_CMD_FLAG_CPU});
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
static_assert(kGetRegistrations == int32_t{MEMBARRIER_CMD_GET_REGISTRATIONS});
#endif

}  // namespace membarrier
#endif
