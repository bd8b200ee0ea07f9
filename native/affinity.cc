#include "affinity.h"

#include <cerrno>

#if defined(__linux__)
#include <sched.h>
#endif

namespace membarrier {

#if defined(__linux__)

int32_t Pin(int32_t cpu) {
  if (cpu < 0 || cpu >= CPU_SETSIZE) return -EINVAL;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : -errno;
}

int32_t AllowedCpu(int32_t nth) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
  for (int32_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set) && nth-- == 0) return cpu;
  }
  return -1;
}

#else

int32_t Pin(int32_t) { return -ENOSYS; }

int32_t AllowedCpu(int32_t) { return -1; }

#endif

}  // namespace membarrier
