#include "seccomp.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "membarrier_abi.h"

namespace probes {

namespace {

// A filter reads 32 bits at a time, and the command is the low half of a 64-bit argument.
constexpr uint32_t kLowHalf = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 4;
constexpr uint32_t kCommandOffset = offsetof(seccomp_data, args) + kLowHalf;

uint32_t Verdict(int32_t error) {
  if (error == kKill) return SECCOMP_RET_KILL_PROCESS;
  if (error == kKillThread) return SECCOMP_RET_KILL_THREAD;
  if (error == kPretend) return SECCOMP_RET_ERRNO;
  return SECCOMP_RET_ERRNO | static_cast<uint32_t>(error);
}

template <size_t length>
int32_t Install(sock_filter (&program)[length]) {
  const sock_fprog filter = {length, program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -errno;
  // TSYNC: the threads that Node.js has started already are denied as well.
  const long answer = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
  if (answer < 0) return -errno;
  return answer == 0 ? 0 : -ESRCH;
}

}  // namespace

int32_t Deny(int32_t command, int32_t error) {
  const uint32_t verdict = Verdict(error);
  const uint8_t any = command == kEveryCommand ? 1 : 0;
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(membarrier::kSyscallNumber), 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kCommandOffset),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(command), 0, static_cast<uint8_t>(1 - any)),
      BPF_STMT(BPF_RET | BPF_K, verdict),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  return Install(program);
}

int32_t DenyPinning(int32_t error) {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sched_setaffinity, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, Verdict(error)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  return Install(program);
}

}  // namespace probes
