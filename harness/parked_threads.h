// Threads that do nothing: what a barrier pays for siblings that do not run.
#pragma once

#include <pthread.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace harness {

// The threads sleep until the object is destroyed, which ends them and waits for them.
class ParkedThreads {
 public:
  // Returns 0 or -errno.
  static int32_t Start(uint32_t count, std::unique_ptr<ParkedThreads>* started);

  ~ParkedThreads();
  ParkedThreads(const ParkedThreads&) = delete;
  ParkedThreads& operator=(const ParkedThreads&) = delete;
  ParkedThreads(ParkedThreads&&) = delete;
  ParkedThreads& operator=(ParkedThreads&&) = delete;

 private:
  ParkedThreads() = default;
  static void* Park(void* self);

  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t changed_ = PTHREAD_COND_INITIALIZER;
  bool end_ = false;  // under the mutex
  std::vector<pthread_t> threads_;
};

}  // namespace harness
