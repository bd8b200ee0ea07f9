// What the scheduler takes to hand a CPU over, by what the two sides have registered: nothing unregisters, so each
// measurement is of fresh processes.
//
// An arm is two sides that wake each other in turns and sleep meanwhile. All arms of a measurement exist at the same
// time and run one after the other, a burst each, again and again: a change of the machine's speed meets all of them
// alike.
#pragma once

#include <cstdint>
#include <vector>

namespace harness {

enum class SwitchShape : int32_t {
  kProcesses,  // two processes on one CPU
  kThreads,    // two threads of one process, on one CPU
  kIdle,       // two processes on two CPUs, each of which idles while its side sleeps
};

struct SwitchArm {
  int32_t first_registers;   // a REGISTER command of membarrier(2), or 0 for none
  int32_t second_registers;  // of the second process; as the first for threads
  uint32_t spin;             // a planted cost: turns of an empty loop before each hand-over
};

struct SwitchSetup {
  SwitchShape shape;
  int32_t cpu;
  int32_t other_cpu;     // for kIdle
  uint32_t round_trips;  // in a burst: two hand-overs each
  uint32_t bursts;       // of each arm; kMaxBursts at most
};

constexpr uint32_t kMaxBursts = 64;

struct Burst {
  double nanoseconds;  // for each hand-over
  double switches;     // of the first side, for each round trip: 1 if nobody else ran, and nobody was spared its sleep
};

// Blocks until all is measured, or a minute has passed without progress. `bursts` gets those of the first arm, then
// those of the second, and so on. Returns 0, or -errno: of fork(2), of pinning, of a registration.
int32_t MeasureSwitches(const SwitchSetup& setup, const std::vector<SwitchArm>& arms, std::vector<Burst>* bursts);

// Nanoseconds of so many turns of the loop that plants a cost.
double TimeSpin(uint32_t turns);

}  // namespace harness
