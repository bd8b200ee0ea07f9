#include "threads.h"

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>

namespace membarrier {

namespace {

// ---- Which threads have ended: a bit for each token ----

constexpr uint32_t kBitsInWord = 32;
constexpr uint32_t kWordsInChunk = 1 << 10;
constexpr uint32_t kChunks = (uint32_t{kMaxToken} + 1) / (kBitsInWord * kWordsInChunk);

struct Chunk {
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

// Makes room for a token's mark, so that marking allocates nothing.
bool MakeRoom(int32_t token) {
  std::atomic<Chunk*>& chunk = chunks[PlaceOf(token).chunk];
  Chunk* found = chunk.load(std::memory_order_acquire);
  if (found != nullptr) return true;
  // All bits zero is an atomic word of zero on every platform that Node.js runs on.
  auto* made = static_cast<Chunk*>(std::calloc(1, sizeof(Chunk)));
  if (made == nullptr) return false;
  if (!chunk.compare_exchange_strong(found, made, std::memory_order_acq_rel)) std::free(made);
  return true;
}

// ---- Which token a living thread has ----

// A thread that lives has one record; a thread that has ended leaves its record to the next. `token` is read and
// written by the thread in `owner` alone. Records are published by release and never freed.
struct Record {
  std::atomic<const void*> owner;
  int32_t token;
  Record* next;
};

std::atomic<Record*> records{nullptr};
std::atomic<int32_t> last_token{0};

// What is different in each thread that lives: the address of its errno. Not a thread_local of ours, which would need
// the dynamic linker's help, and glibc's and musl's differ.
const void* Self() { return &errno; }

Record* RecordOf(const void* owner) {
  Record* record = records.load(std::memory_order_acquire);
  while (record != nullptr && record->owner.load(std::memory_order_relaxed) != owner) record = record->next;
  return record;
}

// A record for this thread: a free one, or a new one. Null if there is no memory.
Record* TakeRecord() {
  for (Record* record = records.load(std::memory_order_acquire); record != nullptr; record = record->next) {
    const void* nobody = nullptr;
    // Acquire pairs with release in MarkThreadDead(): the last owner's accesses of the token come before ours.
    if (record->owner.compare_exchange_strong(nobody, Self(), std::memory_order_acquire, std::memory_order_relaxed)) {
      return record;
    }
  }
  auto* made = static_cast<Record*>(std::calloc(1, sizeof(Record)));
  if (made == nullptr) return nullptr;
  made->owner.store(Self(), std::memory_order_relaxed);
  made->next = records.load(std::memory_order_relaxed);
  while (!records.compare_exchange_weak(made->next, made, std::memory_order_release, std::memory_order_relaxed)) {
  }
  return made;
}

// 0 when all have been given out.
int32_t NextToken() {
  int32_t last = last_token.load(std::memory_order_relaxed);
  while (last < kMaxToken) {
    if (last_token.compare_exchange_weak(last, last + 1, std::memory_order_relaxed)) return last + 1;
  }
  return 0;
}

}  // namespace

int32_t EnrolThread(bool* is_new) {
  const Record* known = RecordOf(Self());
  *is_new = known == nullptr;
  if (known != nullptr) return known->token;
  const int32_t token = NextToken();
  if (token == 0) return -EAGAIN;
  Record* record = MakeRoom(token) ? TakeRecord() : nullptr;
  if (record == nullptr) return -ENOMEM;
  record->token = token;
  return token;
}

void MarkThreadDead(int32_t token) {
  if (!IsToken(token)) return;
  const Place place = PlaceOf(token);
  Chunk* chunk = chunks[place.chunk].load(std::memory_order_acquire);
  // Release pairs with acquire in IsThreadDead(): what the dead thread wrote comes before its successor's accesses.
  if (chunk != nullptr) chunk->dead[place.word].fetch_or(place.bit, std::memory_order_release);
  // The next thread may have its errno at the same address, and must not be taken for this one.
  Record* record = RecordOf(Self());
  if (record != nullptr && record->token == token) record->owner.store(nullptr, std::memory_order_release);
}

bool IsThreadDead(int32_t token) {
  if (!IsToken(token)) return false;
  const Place place = PlaceOf(token);
  Chunk* chunk = chunks[place.chunk].load(std::memory_order_acquire);
  return chunk != nullptr && (chunk->dead[place.word].load(std::memory_order_acquire) & place.bit) != 0;
}

int32_t Identity() {
  constexpr unsigned kPageBits = 12;
  const auto page = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(chunks) >> kPageBits);
  return static_cast<int32_t>(page == 0 ? 1 : page);
}

}  // namespace membarrier
