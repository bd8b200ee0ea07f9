#include "async_call.h"

#include <cerrno>
#include <cstdlib>

namespace membarrier {

namespace {

// Owned by the thread pool from napi_queue_async_work() on; Complete() runs exactly once, also while the environment
// is torn down, and frees it. `answer` is written by Execute() and read by Complete(), which the pool orders.
struct PendingCall {
  BlockingCall call;
  int32_t argument;
  int32_t answer;
  napi_deferred deferred = nullptr;
  napi_async_work work;
};

void Execute(napi_env, void* data) {
  auto* pending = static_cast<PendingCall*>(data);
  pending->answer = pending->call(pending->argument);
}

// In a dying environment each of these calls fails, to no harm: nobody is left to see the promise.
void Resolve(napi_env env, napi_deferred deferred, int32_t answer) {
  napi_value value = nullptr;
  if (napi_create_int32(env, answer, &value) == napi_ok) napi_resolve_deferred(env, deferred, value);
}

void Complete(napi_env env, napi_status, void* data) {
  auto* pending = static_cast<PendingCall*>(data);
  Resolve(env, pending->deferred, pending->answer);
  napi_delete_async_work(env, pending->work);
  std::free(pending);
}

bool Queue(napi_env env, PendingCall* pending) {
  napi_value name = nullptr;
  if (napi_create_string_utf8(env, "membarrier", NAPI_AUTO_LENGTH, &name) != napi_ok) return false;
  if (napi_create_async_work(env, nullptr, name, Execute, Complete, pending, &pending->work) != napi_ok) return false;
  if (napi_queue_async_work(env, pending->work) == napi_ok) return true;
  napi_delete_async_work(env, pending->work);
  return false;
}

}  // namespace

napi_value CallOnThreadPool(napi_env env, BlockingCall call, int32_t argument) {
  napi_deferred deferred = nullptr;
  napi_value promise = nullptr;
  if (napi_create_promise(env, &deferred, &promise) != napi_ok) return nullptr;
  auto* pending = static_cast<PendingCall*>(std::malloc(sizeof(PendingCall)));
  if (pending != nullptr) {
    *pending = PendingCall{call, argument, -ECANCELED, deferred, nullptr};
    if (Queue(env, pending)) return promise;
    std::free(pending);
  }
  Resolve(env, deferred, -ENOMEM);
  return promise;
}

}  // namespace membarrier
