// `harness.node`: what benchmarks need natively, and tests. The library never loads it. index.ts says what each is.

#include <napi.h>

#include <utility>
#include <vector>

#include "affinity.h"
#include "bind.h"
#include "context_switch.h"
#include "parked_threads.h"

namespace harness {

inline void Read(const Napi::Value& value, SwitchArm* result) {
  *result = {NumberAt(value, 0), NumberAt(value, 1), static_cast<uint32_t>(NumberAt(value, 2))};
}
inline void Read(const Napi::Value& value, SwitchSetup* result) {
  *result = {static_cast<SwitchShape>(NumberAt(value, 0)), NumberAt(value, 1), NumberAt(value, 2),
             static_cast<uint32_t>(NumberAt(value, 3)), static_cast<uint32_t>(NumberAt(value, 4))};
}
inline Napi::Value Write(Napi::Env env, const Burst& value) {
  return WritePair(env, "nanoseconds", value.nanoseconds, "switches", value.switches);
}

namespace {

std::vector<int32_t> Affinity() {
  std::vector<int32_t> cpus;
  for (int32_t cpu = membarrier::AllowedCpu(0); cpu >= 0;
       cpu = membarrier::AllowedCpu(static_cast<int32_t>(cpus.size()))) {
    cpus.push_back(cpu);
  }
  return cpus;
}

// A measurement on the thread pool, since it waits for the processes that it starts.
class SwitchMeasurement : public Napi::AsyncWorker {
 public:
  // Deletes itself when it is over.
  static Napi::Value Start(const Napi::CallbackInfo& info) {
    auto* measurement = new SwitchMeasurement(info);
    measurement->Queue();
    return measurement->deferred_.Promise();
  }

 protected:
  void Execute() override { error_ = MeasureSwitches(setup_.value, arms_.value, &bursts_); }
  void OnOK() override { deferred_.Resolve(error_ == 0 ? Write(Env(), bursts_) : Write(Env(), error_)); }

 private:
  explicit SwitchMeasurement(const Napi::CallbackInfo& info)
      : Napi::AsyncWorker(info.Env()), deferred_(info.Env()), setup_(info[0]), arms_(info[1]) {}

  Napi::Promise::Deferred deferred_;
  Argument<SwitchSetup> setup_;
  Argument<std::vector<SwitchArm>> arms_;
  std::vector<Burst> bursts_;
  int32_t error_ = 0;
};

}  // namespace

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports["pin"] = Bind<membarrier::Pin>(env);
  exports["affinity"] = Bind<Affinity>(env);
  exports["libcLoop"] = Bind<LibcLoop>(env);
  exports["ownLoop"] = Bind<OwnLoop>(env);
  exports["callInFork"] = Bind<CallInFork>(env);
  exports["measureSwitches"] = Napi::Function::New(env, SwitchMeasurement::Start);
  exports["timeSpin"] = Bind<TimeSpin>(env);
  exports["parkThreads"] = Bind<ParkedThreads::Start>(env);
  return exports;
}

NODE_API_MODULE(harness, Init)

}  // namespace harness
