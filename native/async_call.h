// A call that may block for milliseconds, made on Node's thread pool instead of the JavaScript thread.
#pragma once

#include <node_api.h>

#include <cstdint>

namespace membarrier {

using BlockingCall = int32_t (*)(int32_t argument);

// Runs `call(argument)` on the thread pool and returns a promise of its answer, a number. Never throws and never
// rejects: what cannot even be started answers -ENOMEM. An environment that is torn down meanwhile (a worker that is
// terminated) waits for the call and drops its answer. Returns nullptr only where JavaScript can no longer run.
napi_value CallOnThreadPool(napi_env env, BlockingCall call, int32_t argument);

}  // namespace membarrier
