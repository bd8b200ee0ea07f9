// Makes the returns after a system call cheap again where the kernel spoils their prediction.
//
// A processor predicts returns from a stack of its own. Linux on AMD returns by "Safe RET", a mitigation of speculative
// return stack overflow (CVE-2023-20569). Each such return leaves a kernel address on that stack. Back in user space
// the next returns are predicted to those addresses; from Node-API to JavaScript there are three. On Zen 3 and 4 the
// first of them costs 100 to 180 ns, each further one 5 to 8 ns. Overwriting the entries with user addresses costs 3
// ns. It took a barrier from 505 to 345 ns on an EPYC 9004 (Linux 6.18; the same call in a C loop: 485 ns). Elsewhere,
// Zen 5 included, it gains nothing, and is not done. docs/internals/benchmarks.md has the measurements.
#pragma once

namespace membarrier {

#if defined(__linux__) && defined(__x86_64__)

// Whether this is Zen 3 or 4, the kernel uses Safe RET, and this process has no shadow stack, which the overwriting
// would violate. Fixed when the library is loaded.
extern const bool return_stack_is_stale;

// Eight calls that never return: each puts its own successor on the processor's stack, and takes it off the real one.
// Below the red zone, which the compiler may be using.
inline void RefillReturnStack() {
  asm volatile(
      "sub $128, %%rsp\n"
      ".rept 8\n"
      "  call 1f\n"
      "  int3\n"
      "1: add $8, %%rsp\n"
      ".endr\n"
      "add $128, %%rsp\n" ::
          : "memory", "cc");
}

#endif

}  // namespace membarrier
