#include "parked_threads.h"

namespace harness {

namespace {

constexpr size_t kStackBytes = size_t{128} << 10;

}  // namespace

int32_t ParkedThreads::Start(uint32_t count, std::unique_ptr<ParkedThreads>* started) {
  std::unique_ptr<ParkedThreads> parked(new ParkedThreads());
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  int failed = 0;
  while (parked->threads_.size() < count && failed == 0) {
    pthread_t thread{};
    failed = pthread_create(&thread, &attributes, Park, parked.get());
    if (failed == 0) parked->threads_.push_back(thread);
  }
  pthread_attr_destroy(&attributes);
  if (failed == 0) *started = std::move(parked);
  return -failed;
}

ParkedThreads::~ParkedThreads() {
  pthread_mutex_lock(&mutex_);
  end_ = true;
  pthread_cond_broadcast(&changed_);
  pthread_mutex_unlock(&mutex_);
  for (const pthread_t thread : threads_) pthread_join(thread, nullptr);
}

void* ParkedThreads::Park(void* self) {
  auto* parked = static_cast<ParkedThreads*>(self);
  pthread_mutex_lock(&parked->mutex_);
  while (!parked->end_) pthread_cond_wait(&parked->changed_, &parked->mutex_);
  pthread_mutex_unlock(&parked->mutex_);
  return nullptr;
}

}  // namespace harness
