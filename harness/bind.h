// Node-API glue, from signatures. Bind<function>(env) is a JavaScript function that takes what the C++ function takes,
// and returns what it returns.
//
// - A number is a number, an array a std::vector, a handle a pointer. Other types have a Read() or a Write() in their
//   namespace.
// - A last parameter that is a std::vector<T>* or a std::unique_ptr<T>* is a result. If the C++ function returns 0,
//   JavaScript gets it, as an array or a handle. Otherwise JavaScript gets what the function returns: -errno.
// - A handle owns its object, which is deleted when the handle is collected or the environment ends.
#pragma once

#include <napi.h>

#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "calls.h"

namespace harness {

inline int32_t NumberAt(const Napi::Value& array, uint32_t index) {
  return array.As<Napi::Array>().Get(index).As<Napi::Number>().Int32Value();
}

inline void Read(const Napi::Value& value, int32_t* result) { *result = value.As<Napi::Number>().Int32Value(); }
inline void Read(const Napi::Value& value, uint32_t* result) { *result = value.As<Napi::Number>().Uint32Value(); }
inline void Read(const Napi::Value& value, Words* result) {
  *result = {NumberAt(value, 0), static_cast<uint32_t>(NumberAt(value, 1)), NumberAt(value, 2)};
}
template <typename T>
void Read(const Napi::Value& value, T** handle) {
  *handle = value.As<Napi::External<T>>().Data();
}
template <typename T>
void Read(const Napi::Value& value, std::vector<T>* result) {
  const auto list = value.As<Napi::Array>();
  result->resize(list.Length());
  for (uint32_t i = 0; i < list.Length(); ++i) Read(list.Get(i), &(*result)[i]);
}

inline Napi::Value Write(Napi::Env env, double value) { return Napi::Number::New(env, value); }
inline Napi::Value WritePair(Napi::Env env, const char* first, double a, const char* second, double b) {
  Napi::Object result = Napi::Object::New(env);
  result[first] = Napi::Number::New(env, a);
  result[second] = Napi::Number::New(env, b);
  return result;
}
inline Napi::Value Write(Napi::Env env, const Answer& value) {
  return WritePair(env, "answer", value.answer, "nanoseconds", value.nanoseconds);
}
template <typename T>
Napi::Value Write(Napi::Env env, const std::vector<T>& values) {
  Napi::Array result = Napi::Array::New(env, values.size());
  for (uint32_t i = 0; i < values.size(); ++i) result[i] = Write(env, values[i]);
  return result;
}
template <typename T>
Napi::Value Write(Napi::Env env, std::unique_ptr<T>& owned) {
  return Napi::External<T>::New(env, owned.release(), [](Napi::Env, T* object) { delete object; });
}

template <typename T>
struct Argument {
  T value{};
  explicit Argument(const Napi::Value& from) { Read(from, &value); }
  T& Pass() { return value; }
};
// A result: a std::vector<T>* or a std::unique_ptr<T>*, but no pointer to an object of ours, which is no template.
template <template <typename...> class Owner, typename... T>
struct Argument<Owner<T...>*> {
  Owner<T...> value{};
  explicit Argument(const Napi::Value&) {}
  Owner<T...>* Pass() { return &value; }
};
template <typename T>
constexpr bool kIsResult = false;
template <template <typename...> class Owner, typename... T>
constexpr bool kIsResult<Owner<T...>*> = true;

template <typename Returned, typename... Parameters, size_t... i>
Napi::Value Call(const Napi::CallbackInfo& info, Returned (*function)(Parameters...), std::index_sequence<i...>) {
  std::tuple<Argument<std::decay_t<Parameters>>...> arguments{Argument<std::decay_t<Parameters>>(info[i])...};
  if constexpr (std::is_void_v<Returned>) {
    function(std::get<i>(arguments).Pass()...);
    return info.Env().Undefined();
  } else {
    const Returned returned = function(std::get<i>(arguments).Pass()...);
    if constexpr ((kIsResult<Parameters> || ...)) {
      if (returned == 0) return Write(info.Env(), std::get<sizeof...(Parameters) - 1>(arguments).value);
    }
    return Write(info.Env(), returned);
  }
}

template <auto function, typename Signature = decltype(function)>
struct Binding;
template <auto function, typename Returned, typename... Parameters>
struct Binding<function, Returned (*)(Parameters...)> {
  static Napi::Value Run(const Napi::CallbackInfo& info) {
    return Call(info, function, std::index_sequence_for<Parameters...>());
  }
};

template <auto function>
Napi::Function Bind(Napi::Env env) {
  return Napi::Function::New(env, Binding<function>::Run);
}

}  // namespace harness
