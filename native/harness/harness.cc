// The Node-API glue of `harness.node`: what tests and benchmarks need natively. The library never loads it.

#include <napi.h>

#include <memory>

#include "affinity.h"
#include "code_patch.h"
#include "fork_probe.h"
#include "marker.h"
#include "reference_loop.h"
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

// callInFork([[command, flags, cpuId], ...]): number[], or -errno
Napi::Value ForkProbe(const Napi::CallbackInfo& info) {
  const auto list = info[0].As<Napi::Array>();
  std::vector<Words> calls;
  for (uint32_t i = 0; i < list.Length(); ++i) {
    const auto words = list.Get(i).As<Napi::Array>();
    calls.push_back({Int32(words.Get(0U)), static_cast<uint32_t>(Int32(words.Get(1U))), Int32(words.Get(2U))});
  }
  std::vector<int32_t> answers;
  const int32_t error = CallInFork(calls, &answers);
  if (error != 0) return Napi::Number::New(info.Env(), error);
  Napi::Array result = Napi::Array::New(info.Env(), answers.size());
  for (uint32_t i = 0; i < answers.size(); ++i) result[i] = Napi::Number::New(info.Env(), answers[i]);
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

}  // namespace

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports["pin"] = Napi::Function::New(env, PinThread);
  exports["affinity"] = Napi::Function::New(env, ThreadAffinity);
  exports["libcLoop"] = Napi::Function::New(env, ReferenceLoop<LibcLoop>);
  exports["ownLoop"] = Napi::Function::New(env, ReferenceLoop<OwnLoop>);
  exports["deny"] = Napi::Function::New(env, DenyMembarrier);
  exports["callInFork"] = Napi::Function::New(env, ForkProbe);
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
