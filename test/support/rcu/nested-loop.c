/* runOnce(): turns the event loop of the calling thread once, from inside a callback, as deasync does. */
#include <node_api.h>

int uv_run(struct uv_loop_s* loop, int mode);

static napi_value RunOnce(napi_env env, napi_callback_info info) {
  struct uv_loop_s* loop = 0;
  (void)info;
  if (napi_get_uv_event_loop(env, &loop) == napi_ok) uv_run(loop, 2 /* UV_RUN_NOWAIT */);
  return 0;
}

NAPI_MODULE_INIT() {
  napi_value function = 0;
  napi_create_function(env, "runOnce", NAPI_AUTO_LENGTH, RunOnce, 0, &function);
  napi_set_named_property(env, exports, "runOnce", function);
  return exports;
}
