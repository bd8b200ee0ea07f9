// The Node-API glue of `membarrier.node`. Every function answers a number, the kernel's value or -errno; JavaScript
// checks the arguments before and builds the errors after. Nothing here throws.
//
// Reading an argument or making a number costs a call back into Node-API, 4 to 7 ns each. So the hot functions take
// none: a barrier answers undefined for success, and `syscall` exchanges its words through a mailbox.

#include <napi.h>

#include <atomic>

#include "affinity.h"
#include "async_call.h"
#include "fence_strategy.h"
#include "membarrier_abi.h"
#include "registrations.h"
#include "syscall.h"
#include "threads.h"

namespace membarrier {

namespace {

napi_value Number(napi_env env, int32_t value) {
  napi_value result = nullptr;
  napi_create_int32(env, value, &result);
  return result;
}

// What `syscall` reads and writes, one per environment: an ArrayBuffer that JavaScript sees as an Int32Array of this
// shape.
struct Mailbox {
  int32_t command;
  int32_t flags;
  int32_t cpu_id;
  int32_t answer;
};

// The buffer lives as long as the environment, because the strong reference is never deleted. lib/addon/ does not hand
// it out, so no code can detach it. V8 does not move its contents.
Mailbox* CreateMailbox(Napi::Env env, Napi::Object exports) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_ref reference = nullptr;
  if (napi_create_arraybuffer(env, sizeof(Mailbox), &data, &buffer) != napi_ok) return nullptr;
  if (napi_create_reference(env, buffer, 1, &reference) != napi_ok) return nullptr;
  if (napi_set_named_property(env, exports, "mailbox", buffer) != napi_ok) return nullptr;
  return static_cast<Mailbox*>(data);
}

// syscall(): the words are in the mailbox, the answer goes there.
napi_value SyscallOnMailbox(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  auto* mailbox = static_cast<Mailbox*>(data);
  mailbox->answer = MembarrierSyscall(mailbox->command, static_cast<uint32_t>(mailbox->flags), mailbox->cpu_id);
  return nullptr;
}

template <Command command>
napi_value Barrier(napi_env env, napi_callback_info) {
  const int32_t answer = MembarrierSyscall(command, 0, 0);
  return answer == 0 ? nullptr : Number(env, answer);
}

// globalAsync(): GLOBAL, on the thread pool.
napi_value GlobalAsync(napi_env env, napi_callback_info) {
  return CallOnThreadPool(
      env, [](int32_t command) { return MembarrierSyscall(command, 0, 0); }, kGlobal);
}

// record(): the record of registrations.
napi_value ReadRecord(napi_env env, napi_callback_info) { return Number(env, static_cast<int32_t>(Record())); }

// The one argument of the functions below, a number that lib/ has checked.
int32_t Argument(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value value = nullptr;
  int32_t number = 0;
  napi_get_cb_info(env, info, &count, &value, nullptr, nullptr);
  napi_get_value_int32(env, value, &number);
  return number;
}

// register(barrier)
napi_value RegisterSync(napi_env env, napi_callback_info info) { return Number(env, Register(Argument(env, info))); }

// registerAsync(barrier)
napi_value RegisterAsync(napi_env env, napi_callback_info info) {
  return CallOnThreadPool(env, Register, Argument(env, info));
}

// registerAgain(barrier)
napi_value RegisterOnceMore(napi_env env, napi_callback_info info) {
  return Number(env, RegisterAgain(Argument(env, info)));
}

// decideFenceStrategy(proposal): the decision
napi_value DecideStrategy(napi_env env, napi_callback_info info) {
  return Number(env, DecideFenceStrategy(static_cast<FenceStrategy>(Argument(env, info))));
}

// fullFence()
napi_value FullFence(napi_env, napi_callback_info) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  return nullptr;
}

// The token itself is passed as the hook's pointer, so the hook owns no memory and reads none.
void MarkDead(void* token) { MarkThreadDead(static_cast<int32_t>(reinterpret_cast<intptr_t>(token))); }

// enrolThread(): this thread's token, or -errno
napi_value Enrol(napi_env env, napi_callback_info) {
  bool is_new = false;
  const int32_t token = EnrolThread(&is_new);
  // Not new: a second instance of the library in this thread. Node.js aborts where one hook is set twice.
  if (!is_new || token < 0) return Number(env, token);
  void* data = reinterpret_cast<void*>(intptr_t{token});  // NOLINT(performance-no-int-to-ptr): nobody follows it
  if (napi_add_env_cleanup_hook(env, MarkDead, data) == napi_ok) return Number(env, token);
  MarkThreadDead(token);  // nobody has been told of it
  return Number(env, -ENOMEM);
}

// isThreadDead(token): boolean
napi_value IsDead(napi_env env, napi_callback_info info) {
  napi_value result = nullptr;
  napi_get_boolean(env, IsThreadDead(Argument(env, info)), &result);
  return result;
}

// stackDepth(): where the stack of this thread ends now, as a number that V8 keeps without a heap object. Stacks grow
// towards lower addresses, in steps of at least 8 bytes.
napi_value StackDepth(napi_env env, napi_callback_info) {
  const auto address = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  return Number(env, static_cast<int32_t>(address >> 3U & 0x3FFFFFFFU));
}

// allowedCpu(nth): its number, or -1
napi_value AllowedCpuNumber(napi_env env, napi_callback_info info) {
  return Number(env, AllowedCpu(Argument(env, info)));
}

// pin(cpu): 0 or -errno
napi_value PinThread(napi_env env, napi_callback_info info) { return Number(env, Pin(Argument(env, info))); }

napi_property_descriptor Method(const char* name, napi_callback callback, void* data = nullptr) {
  return {name, nullptr, callback, nullptr, nullptr, nullptr, napi_enumerable, data};
}

// Of what is exported here. lib/addon/binding.ts refuses any other number than its own.
constexpr int kInterface = 2;

}  // namespace

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  Mailbox* mailbox = CreateMailbox(env, exports);
  if (mailbox == nullptr) return exports;
  const napi_property_descriptor methods[] = {
      Method("syscall", SyscallOnMailbox, mailbox),
      Method("globalAsync", GlobalAsync),
      Method("record", ReadRecord),
      Method("register", RegisterSync),
      Method("registerAsync", RegisterAsync),
      Method("globalExpedited", Barrier<kGlobalExpedited>),
      Method("privateExpedited", Barrier<kPrivateExpedited>),
      Method("privateExpeditedSyncCore", Barrier<kPrivateExpeditedSyncCore>),
      Method("privateExpeditedRseq", Barrier<kPrivateExpeditedRseq>),
      Method("registerAgain", RegisterOnceMore),
      Method("decideFenceStrategy", DecideStrategy),
      Method("fullFence", FullFence),
      Method("enrolThread", Enrol),
      Method("isThreadDead", IsDead),
      Method("stackDepth", StackDepth),
      Method("allowedCpu", AllowedCpuNumber),
      Method("pin", PinThread),
  };
  napi_define_properties(env, exports, sizeof(methods) / sizeof(methods[0]), methods);
  napi_set_named_property(env, exports, "identity", Number(env, Identity()));
  napi_set_named_property(env, exports, "interface", Number(env, kInterface));
  return exports;
}

NODE_API_MODULE(membarrier, Init)

}  // namespace membarrier
