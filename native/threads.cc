#include "threads.h"

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>

namespace membarrier {

namespace {

constexpr uint32_t kBitsInWord = 32;
constexpr uint32_t kWordsInChunk = 1 << 10;
constexpr uint32_t kChunks = (uint32_t{kMaxToken} + 1) / (kBitsInWord * kWordsInChunk);

using Word = std::atomic<uint32_t>;

// Chunks of marks. A chunk is published once, by release, and never freed; who reads the pointer acquires.
std::atomic<Word*> chunks[kChunks];

struct Place {
  uint32_t chunk;
  uint32_t word;
  uint32_t bit;
};

Place PlaceOf(int32_t token) {
  const auto number = static_cast<uint32_t>(token);
  const uint32_t word = number / kBitsInWord;
  return {word / kWordsInChunk, word % kWordsInChunk, uint32_t{1} << (number % kBitsInWord)};
}

bool IsToken(int32_t token) { return token > 0 && token <= kMaxToken; }

}  // namespace

int32_t EnrolThread(int32_t token) {
  if (!IsToken(token)) return -EINVAL;
  std::atomic<Word*>& chunk = chunks[PlaceOf(token).chunk];
  if (chunk.load(std::memory_order_acquire) != nullptr) return 0;
  // All bits zero is an atomic word of zero on every platform that Node.js runs on.
  auto* made = static_cast<Word*>(std::calloc(kWordsInChunk, sizeof(Word)));
  if (made == nullptr) return -ENOMEM;
  Word* none = nullptr;
  if (!chunk.compare_exchange_strong(none, made, std::memory_order_release, std::memory_order_relaxed)) std::free(made);
  return 0;
}

void MarkThreadDead(int32_t token) {
  if (!IsToken(token)) return;
  const Place place = PlaceOf(token);
  Word* chunk = chunks[place.chunk].load(std::memory_order_acquire);
  // Release pairs with acquire in IsThreadDead(): what the dead thread wrote comes before its successor's accesses.
  if (chunk != nullptr) chunk[place.word].fetch_or(place.bit, std::memory_order_release);
}

bool IsThreadDead(int32_t token) {
  if (!IsToken(token)) return false;
  const Place place = PlaceOf(token);
  Word* chunk = chunks[place.chunk].load(std::memory_order_acquire);
  return chunk != nullptr && (chunk[place.word].load(std::memory_order_acquire) & place.bit) != 0;
}

}  // namespace membarrier
