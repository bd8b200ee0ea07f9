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

struct Chunk {
  std::atomic<uint32_t> enrolled[kWordsInChunk];
  std::atomic<uint32_t> dead[kWordsInChunk];
};

// A chunk is published once, by release, and never freed; who reads the pointer acquires.
std::atomic<Chunk*> chunks[kChunks];

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

// The chunk with this number; null where there is no memory for it.
Chunk* ChunkFor(uint32_t number) {
  Chunk* found = chunks[number].load(std::memory_order_acquire);
  if (found != nullptr) return found;
  // All bits zero is an atomic word of zero on every platform that Node.js runs on.
  auto* made = static_cast<Chunk*>(std::calloc(1, sizeof(Chunk)));
  if (made == nullptr) return nullptr;
  if (chunks[number].compare_exchange_strong(found, made, std::memory_order_acq_rel)) return made;
  std::free(made);
  return found;
}

}  // namespace

int32_t EnrolThread(int32_t token) {
  if (!IsToken(token)) return -EINVAL;
  const Place place = PlaceOf(token);
  Chunk* chunk = ChunkFor(place.chunk);
  if (chunk == nullptr) return -ENOMEM;
  const uint32_t before = chunk->enrolled[place.word].fetch_or(place.bit, std::memory_order_relaxed);
  return (before & place.bit) == 0 ? 1 : 0;
}

void MarkThreadDead(int32_t token) {
  if (!IsToken(token)) return;
  const Place place = PlaceOf(token);
  Chunk* chunk = chunks[place.chunk].load(std::memory_order_acquire);
  // Release pairs with acquire in IsThreadDead(): what the dead thread wrote comes before its successor's accesses.
  if (chunk != nullptr) chunk->dead[place.word].fetch_or(place.bit, std::memory_order_release);
}

bool IsThreadDead(int32_t token) {
  if (!IsToken(token)) return false;
  const Place place = PlaceOf(token);
  Chunk* chunk = chunks[place.chunk].load(std::memory_order_acquire);
  return chunk != nullptr && (chunk->dead[place.word].load(std::memory_order_acquire) & place.bit) != 0;
}

}  // namespace membarrier
