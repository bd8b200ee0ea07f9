// The system call itself, and nothing else: no record, no checks, no JavaScript.
#pragma once

#include <cerrno>
#include <cstdint>

#include "membarrier_abi.h"
#include "return_stack.h"

#if defined(__linux__)
#include <unistd.h>
#endif

namespace membarrier {

// membarrier(2). Returns what the kernel answered: its value, or -errno. Where there is no such system call (not
// Linux), -ENOSYS. Thread-safe; allocates nothing; may block as long as the kernel does (GLOBAL: 8 to 24 ms).
inline int32_t MembarrierSyscall(int32_t command, uint32_t flags, int32_t cpu_id) {
#if defined(__linux__) && defined(__x86_64__)
  // Not through libc's syscall(2), which would be one more return after the kernel's: see return_stack.h.
  int64_t answer = kSyscallNumber;
  asm volatile("syscall"
               : "+a"(answer)
               : "D"(int64_t{command}), "S"(int64_t{flags}), "d"(int64_t{cpu_id})
               : "rcx", "r11", "memory");  // "memory": the compiler's half of the barrier
  if (return_stack_is_stale) RefillReturnStack();
  return static_cast<int32_t>(answer);
#elif defined(__linux__)
  const long answer = syscall(kSyscallNumber, command, flags, cpu_id);
  return answer >= 0 ? static_cast<int32_t>(answer) : -errno;
#else
  static_cast<void>(command);
  static_cast<void>(flags);
  static_cast<void>(cpu_id);
  return -ENOSYS;
#endif
}

}  // namespace membarrier
