// `probes.node`: what tests alone need natively. test/support/probes.ts says what each is.

#include <napi.h>

#include "bind.h"
#include "code_patch.h"
#include "marker.h"
#include "related_task.h"
#include "seccomp.h"
#include "tasks.h"

namespace probes {

inline void Read(const Napi::Value& value, Relation* result) {
  *result = static_cast<Relation>(value.As<Napi::Number>().Int32Value());
}

inline Napi::Value Write(Napi::Env env, const Executions& value) {
  return harness::WritePair(env, "executions", static_cast<double>(value.all), "stale",
                            static_cast<double>(value.stale));
}

// A member function, whose object is the first argument, by its handle.
template <auto member, typename Signature = decltype(member)>
struct Member;
template <auto member, typename Returned, typename T, typename... Parameters>
struct Member<member, Returned (T::*)(Parameters...)> {
  static Returned Run(T* object, Parameters... arguments) { return (object->*member)(arguments...); }
};
template <auto member, typename Returned, typename T, typename... Parameters>
struct Member<member, Returned (T::*)(Parameters...) const> {
  static Returned Run(T* object, Parameters... arguments) { return (object->*member)(arguments...); }
};

template <auto member>
Napi::Function BindMember(Napi::Env env) {
  return harness::Bind<Member<member>::Run>(env);
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  using harness::Bind;
  exports["deny"] = Bind<Deny>(env);
  exports["denyPinning"] = Bind<DenyPinning>(env);
  exports["callInTasks"] = Bind<CallInTasks>(env);
  exports["startRelatedTask"] = Bind<RelatedTask::Start>(env);
  exports["taskOf"] = BindMember<&RelatedTask::Task>(env);
  exports["progressOf"] = BindMember<&RelatedTask::Progress>(env);
  exports["issueBeside"] = BindMember<&RelatedTask::Issue>(env);
  exports["stopRelatedTask"] = BindMember<&RelatedTask::Stop>(env);
  exports["markBegin"] = Bind<MarkBegin>(env);
  exports["markEnd"] = Bind<MarkEnd>(env);
  exports["startCode"] = Bind<CodePatch::Start>(env);
  exports["patchCode"] = BindMember<&CodePatch::Patch>(env);
  exports["publishCode"] = BindMember<&CodePatch::Publish>(env);
  exports["acknowledgedRound"] = BindMember<&CodePatch::Acknowledged>(env);
  exports["stopCode"] = BindMember<&CodePatch::Stop>(env);
  return exports;
}

NODE_API_MODULE(probes, Init)

}  // namespace probes
