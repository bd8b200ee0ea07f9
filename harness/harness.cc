// The Node-API glue of `harness.node`: what tests and benchmarks need natively. The library never loads it.

#include <napi.h>

#include <memory>
#include <utility>
#include <vector>

#include "affinity.h"
#include "code_patch.h"
#include "context_switch.h"
#include "fork_probe.h"
#include "marker.h"
#include "parked_threads.h"
#include "reference_loop.h"
#include "related_task.h"
#include "seccomp.h"

namespace harness {

namespace {

int32_t Int32(const Napi::Value& value) { return value.As<Napi::Number>().Int32Value(); }

// pin(cpu): 0 or -errno
Napi::Value PinThread(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), membarrier::Pin(Int32(info[0])));
}

// affinity(): number[]
Napi::Value ThreadAffinity(const Napi::CallbackInfo& info) {
  Napi::Array result = Napi::Array::New(info.Env());
  for (int32_t nth = 0;; ++nth) {
    const int32_t cpu = membarrier::AllowedCpu(nth);
    if (cpu < 0) return result;
    result[static_cast<uint32_t>(nth)] = Napi::Number::New(info.Env(), cpu);
  }
}

// libcLoop, ownLoop(command, flags, cpuId, iterations): { nanoseconds, answer }
template <LoopResult (*loop)(int32_t, uint32_t, int32_t, uint32_t)>
Napi::Value ReferenceLoop(const Napi::CallbackInfo& info) {
  const auto iterations = info[3].As<Napi::Number>().Uint32Value();
  const LoopResult found = loop(Int32(info[0]), static_cast<uint32_t>(Int32(info[1])), Int32(info[2]), iterations);
  Napi::Object result = Napi::Object::New(info.Env());
  result["nanoseconds"] = Napi::Number::New(info.Env(), found.nanoseconds);
  result["answer"] = Napi::Number::New(info.Env(), found.answer);
  return result;
}

// deny(command | -1, errno | 0 to kill the process | -1 to kill the thread | -2 to pretend): 0 or -errno
Napi::Value DenyMembarrier(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Deny(Int32(info[0]), Int32(info[1])));
}

Napi::Number AnswerAlone(Napi::Env env, const Answer& answer) { return Napi::Number::New(env, answer.answer); }

Napi::Object AnswerAndTime(Napi::Env env, const Answer& answer) {
  Napi::Object result = Napi::Object::New(env);
  result["answer"] = Napi::Number::New(env, answer.answer);
  result["nanoseconds"] = Napi::Number::New(env, answer.nanoseconds);
  return result;
}

// denyPinning(errno): 0 or -errno
Napi::Value DenySetAffinity(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), DenyPinning(Int32(info[0])));
}

// callInFork, callInTasks, timeInFork([[command, flags, cpuId], ...]): number[], number[], { answer, nanoseconds }[];
// or -errno
template <auto call, auto convert>
Napi::Value ForkProbe(const Napi::CallbackInfo& info) {
  const auto list = info[0].As<Napi::Array>();
  std::vector<Words> calls;
  for (uint32_t i = 0; i < list.Length(); ++i) {
    const auto words = list.Get(i).As<Napi::Array>();
    calls.push_back({Int32(words.Get(0U)), static_cast<uint32_t>(Int32(words.Get(1U))), Int32(words.Get(2U))});
  }
  std::vector<Answer> answers;
  const int32_t error = call(calls, &answers);
  if (error != 0) return Napi::Number::New(info.Env(), error);
  Napi::Array result = Napi::Array::New(info.Env(), answers.size());
  for (uint32_t i = 0; i < answers.size(); ++i) result[i] = convert(info.Env(), answers[i]);
  return result;
}

// markBegin(), markEnd()
template <void (*mark)()>
Napi::Value Mark(const Napi::CallbackInfo& info) {
  mark();
  return info.Env().Undefined();
}

// startCode(cpu): a handle, or -errno
Napi::Value StartCode(const Napi::CallbackInfo& info) {
  std::unique_ptr<CodePatch> started;
  const int32_t error = CodePatch::Start(Int32(info[0]), &started);
  if (error != 0) return Napi::Number::New(info.Env(), error);
  // The handle owns it: freed, and its thread ended, when the handle is collected or the environment ends. Functions
  // that are given the handle keep it for as long as they run.
  return Napi::External<CodePatch>::New(info.Env(), started.release(),
                                        [](Napi::Env, CodePatch* patch) { delete patch; });
}

CodePatch* Code(const Napi::Value& handle) { return handle.As<Napi::External<CodePatch>>().Data(); }

// patchCode, publishCode(handle, round)
template <void (CodePatch::*step)(uint32_t)>
Napi::Value CodeStep(const Napi::CallbackInfo& info) {
  (Code(info[0])->*step)(static_cast<uint32_t>(Int32(info[1])));
  return info.Env().Undefined();
}

// acknowledgedRound(handle): number
Napi::Value AcknowledgedRound(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Code(info[0])->Acknowledged());
}

// stopCode(handle): { executions, stale }
Napi::Value StopCode(const Napi::CallbackInfo& info) {
  const Executions counts = Code(info[0])->Stop();
  Napi::Object result = Napi::Object::New(info.Env());
  result["executions"] = Napi::Number::New(info.Env(), static_cast<double>(counts.all));
  result["stale"] = Napi::Number::New(info.Env(), static_cast<double>(counts.stale));
  return result;
}

// A measurement on the thread pool, since it waits for the processes that it starts.
class SwitchMeasurement : public Napi::AsyncWorker {
 public:
  SwitchMeasurement(Napi::Env env, const SwitchSetup& setup, std::vector<SwitchArm> arms)
      : Napi::AsyncWorker(env), deferred_(env), setup_(setup), arms_(std::move(arms)) {}

  [[nodiscard]] Napi::Promise Promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override { error_ = MeasureSwitches(setup_, arms_, &bursts_); }

  void OnOK() override {
    if (error_ != 0) return deferred_.Resolve(Napi::Number::New(Env(), error_));
    Napi::Array result = Napi::Array::New(Env(), bursts_.size());
    for (uint32_t i = 0; i < bursts_.size(); ++i) {
      Napi::Object burst = Napi::Object::New(Env());
      burst["nanoseconds"] = Napi::Number::New(Env(), bursts_[i].nanoseconds);
      burst["switches"] = Napi::Number::New(Env(), bursts_[i].switches);
      result[i] = burst;
    }
    deferred_.Resolve(result);
  }

 private:
  Napi::Promise::Deferred deferred_;
  SwitchSetup setup_;
  std::vector<SwitchArm> arms_;
  std::vector<Burst> bursts_;
  int32_t error_ = 0;
};

// measureSwitches([shape, cpu, otherCpu, roundTrips, bursts], [[firstRegisters, secondRegisters, spin], ...]): a
// promise of { nanoseconds, switches }[], or of -errno
Napi::Value StartSwitchMeasurement(const Napi::CallbackInfo& info) {
  const auto words = info[0].As<Napi::Array>();
  const auto word = [](const Napi::Array& array, uint32_t index) { return Int32(array.Get(index)); };
  const SwitchSetup setup{static_cast<SwitchShape>(word(words, 0)), word(words, 1), word(words, 2),
                          static_cast<uint32_t>(word(words, 3)), static_cast<uint32_t>(word(words, 4))};
  const auto list = info[1].As<Napi::Array>();
  std::vector<SwitchArm> arms;
  for (uint32_t i = 0; i < list.Length(); ++i) {
    const auto arm = list.Get(i).As<Napi::Array>();
    arms.push_back({word(arm, 0), word(arm, 1), static_cast<uint32_t>(word(arm, 2))});
  }
  auto* measurement = new SwitchMeasurement(info.Env(), setup, std::move(arms));  // deletes itself when it is over
  measurement->Queue();
  return measurement->Promise();
}

// timeSpin(turns): nanoseconds
Napi::Value SpinTime(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), TimeSpin(static_cast<uint32_t>(Int32(info[0]))));
}

// parkThreads(count): a handle, or -errno
Napi::Value StartParkedThreads(const Napi::CallbackInfo& info) {
  std::unique_ptr<ParkedThreads> started;
  const int32_t error = ParkedThreads::Start(static_cast<uint32_t>(Int32(info[0])), &started);
  if (error != 0) return Napi::Number::New(info.Env(), error);
  // The handle owns them: ended when it is collected or the environment ends.
  return Napi::External<ParkedThreads>::New(info.Env(), started.release(),
                                            [](Napi::Env, ParkedThreads* threads) { delete threads; });
}

// startRelatedTask(relation, cpu): a handle, or -errno
Napi::Value StartRelatedTask(const Napi::CallbackInfo& info) {
  std::unique_ptr<RelatedTask> started;
  const int32_t error = RelatedTask::Start(static_cast<Relation>(Int32(info[0])), Int32(info[1]), &started);
  if (error != 0) return Napi::Number::New(info.Env(), error);
  // The handle owns it: ended when it is collected or the environment ends.
  return Napi::External<RelatedTask>::New(info.Env(), started.release(),
                                          [](Napi::Env, RelatedTask* related) { delete related; });
}

RelatedTask* RelatedTaskOf(const Napi::Value& handle) { return handle.As<Napi::External<RelatedTask>>().Data(); }

// taskOf(handle): number
Napi::Value TaskOf(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), RelatedTaskOf(info[0])->Task());
}

// progressOf(handle): number
Napi::Value ProgressOf(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), RelatedTaskOf(info[0])->Progress());
}

// issueBeside(handle, command, times): the last answer, or -errno
Napi::Value IssueBeside(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(),
                           RelatedTaskOf(info[0])->Issue(Int32(info[1]), static_cast<uint32_t>(Int32(info[2]))));
}

// stopRelatedTask(handle)
Napi::Value StopRelatedTask(const Napi::CallbackInfo& info) {
  RelatedTaskOf(info[0])->Stop();
  return info.Env().Undefined();
}

}  // namespace

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports["pin"] = Napi::Function::New(env, PinThread);
  exports["affinity"] = Napi::Function::New(env, ThreadAffinity);
  exports["libcLoop"] = Napi::Function::New(env, ReferenceLoop<LibcLoop>);
  exports["ownLoop"] = Napi::Function::New(env, ReferenceLoop<OwnLoop>);
  exports["deny"] = Napi::Function::New(env, DenyMembarrier);
  exports["denyPinning"] = Napi::Function::New(env, DenySetAffinity);
  exports["callInFork"] = Napi::Function::New(env, ForkProbe<CallInFork, AnswerAlone>);
  exports["callInTasks"] = Napi::Function::New(env, ForkProbe<CallInTasks, AnswerAlone>);
  exports["timeInFork"] = Napi::Function::New(env, ForkProbe<CallInFork, AnswerAndTime>);
  exports["measureSwitches"] = Napi::Function::New(env, StartSwitchMeasurement);
  exports["timeSpin"] = Napi::Function::New(env, SpinTime);
  exports["parkThreads"] = Napi::Function::New(env, StartParkedThreads);
  exports["startRelatedTask"] = Napi::Function::New(env, StartRelatedTask);
  exports["taskOf"] = Napi::Function::New(env, TaskOf);
  exports["progressOf"] = Napi::Function::New(env, ProgressOf);
  exports["issueBeside"] = Napi::Function::New(env, IssueBeside);
  exports["stopRelatedTask"] = Napi::Function::New(env, StopRelatedTask);
  exports["markBegin"] = Napi::Function::New(env, Mark<MarkBegin>);
  exports["markEnd"] = Napi::Function::New(env, Mark<MarkEnd>);
  exports["startCode"] = Napi::Function::New(env, StartCode);
  exports["patchCode"] = Napi::Function::New(env, CodeStep<&CodePatch::Patch>);
  exports["publishCode"] = Napi::Function::New(env, CodeStep<&CodePatch::Publish>);
  exports["acknowledgedRound"] = Napi::Function::New(env, AcknowledgedRound);
  exports["stopCode"] = Napi::Function::New(env, StopCode);
  return exports;
}

NODE_API_MODULE(harness, Init)

}  // namespace harness
