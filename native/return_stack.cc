#include "return_stack.h"

#if defined(__linux__) && defined(__x86_64__)

#include <cpuid.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

namespace membarrier {

namespace {

// By the family in CPUID. Linux may use Safe RET on Zen 5 as well, in a virtual machine whose CPUID does not exclude
// it. But there a stale entry costs no more than any other misprediction.
bool IsZen3Or4() noexcept {
  uint32_t eax = 0;
  uint32_t ebx = 0;
  uint32_t ecx = 0;
  uint32_t edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) return false;
  const uint32_t family = ((eax >> 8) & 0xf) + ((eax >> 20) & 0xff);
  return family == 0x19;
}

constexpr char kSpecRstackOverflow[] = "/sys/devices/system/cpu/vulnerabilities/spec_rstack_overflow";

bool KernelUsesSafeRet() noexcept {
  const int file = open(kSpecRstackOverflow, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[128];
  const ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return false;
  text[length] = '\0';
  return std::strstr(text, "Safe RET") != nullptr;
}

// RDSSPQ leaves its operand alone where there is no shadow stack, also on processors older than the instruction.
bool HasShadowStack() noexcept {
  uint64_t pointer = 0;
  asm volatile("rdsspq %0" : "+r"(pointer));
  return pointer != 0;
}

}  // namespace

const bool return_stack_is_stale = IsZen3Or4() && KernelUsesSafeRet() && !HasShadowStack();

}  // namespace membarrier

#endif
