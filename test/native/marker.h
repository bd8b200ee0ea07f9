// Marks an interval of the program's execution for an emulator that counts instructions (verification/machines/count.c
// knows the two constants): an instruction that no compiler emits and that changes nothing. It does nothing where
// no emulator counts, and on other architectures than powerpc.
#pragma once

namespace probes {

inline void MarkBegin() {
#ifdef __powerpc64__
  asm volatile("lis 0, 0x4d41" : : : "r0", "memory");
#endif
}

inline void MarkEnd() {
#ifdef __powerpc64__
  asm volatile("lis 0, 0x4d42" : : : "r0", "memory");
#endif
}

}  // namespace probes
