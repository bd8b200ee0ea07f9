#include "machine_code.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace probes {

namespace {

// 4 KiB are a page or a part of one.
constexpr size_t kBytes = 4096;
// Where the word is that a patch replaces. With the byte before it, it lies in one aligned quadword.
constexpr size_t kPatched = 68;

void Put(uint8_t* code, size_t offset, uint32_t word) { std::memcpy(code + offset, &word, sizeof word); }

#if defined(__x86_64__)

// mov eax, imm32; ret. The patched word is the immediate: opcode and length never change. AMD (APM volume 2, 7.6.1,
// asynchronous cross-modifying code) promises old or new for a store within an aligned quadword. Intel promises nothing
// without a serializing instruction in the executing thread; there this rests on what Java's HotSpot does with aligned
// operands of calls, in every program.
constexpr bool kKnown = true;
constexpr size_t kEntry = kPatched - 1;

uint32_t WordFor(uint32_t constant) { return constant; }

void Lay(uint8_t* code) {
  code[kEntry] = 0xb8;
  code[kPatched + 4] = 0xc3;
}

#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

// b to one of kConstants times `movz w0, #imm16; ret`. The movz itself must not be patched: the Arm ARM (B2.2.5,
// concurrent modification and execution of instructions) promises old or new for branches, nop and few others, and for
// no other instruction anything.
constexpr bool kKnown = true;
constexpr size_t kEntry = kPatched;

size_t Target(uint32_t constant) { return kPatched + 4 + size_t{8} * constant; }

uint32_t WordFor(uint32_t constant) { return 0x14000000U | static_cast<uint32_t>((Target(constant) - kPatched) / 4); }

void Lay(uint8_t* code) {
  for (uint32_t constant = 0; constant < MachineCode::kConstants; ++constant) {
    Put(code, Target(constant), 0x52800000U | constant << 5U);
    Put(code, Target(constant) + 4, 0xd65f03c0U);
  }
}

#elif defined(__powerpc64__) && defined(_CALL_ELF) && _CALL_ELF == 2

// b to one of kConstants times `li r3, imm; blr`. Power (book II, concurrent modification and execution of
// instructions) promises old or new where both are b or nop, and for nothing else. ELFv2: a function's address is that
// of its code.
constexpr bool kKnown = true;
constexpr size_t kEntry = kPatched;

size_t Target(uint32_t constant) { return kPatched + 4 + size_t{8} * constant; }

uint32_t WordFor(uint32_t constant) { return 0x48000000U | static_cast<uint32_t>(Target(constant) - kPatched); }

void Lay(uint8_t* code) {
  for (uint32_t constant = 0; constant < MachineCode::kConstants; ++constant) {
    Put(code, Target(constant), 0x38600000U | constant);
    Put(code, Target(constant) + 4, 0x4e800020U);
  }
}

#elif defined(__s390x__)

// lghi %r2, imm16; br %r14. The ABI wants all 64 bits of a result, which lhi would not set. Only the immediate changes,
// one aligned halfword.
constexpr bool kKnown = true;
constexpr size_t kEntry = kPatched;

uint32_t WordFor(uint32_t constant) { return 0xa7290000U | constant; }

void Lay(uint8_t* code) { Put(code, kPatched + 4, 0x07fe0707U); }

#elif defined(__riscv) && __riscv_xlen == 64

// addi a0, zero, imm12; ret. Ziccif, which the profiles from RVA20 on demand, makes the fetch of an aligned word
// atomic.
constexpr bool kKnown = true;
constexpr size_t kEntry = kPatched;

uint32_t WordFor(uint32_t constant) { return 0x00000513U | constant << 20U; }

void Lay(uint8_t* code) { Put(code, kPatched + 4, 0x00008067U); }

#else

constexpr bool kKnown = false;
constexpr size_t kEntry = 0;

uint32_t WordFor(uint32_t constant) { return constant; }

void Lay(uint8_t*) {}

#endif

// Has the stores to [begin, end) reach those that fetch instructions from there. By the address that is executed, since
// instruction caches may go by it; data caches find the stores under either.
void CleanCaches(uint8_t* begin, uint8_t* end) {
#if defined(__powerpc64__)
  // GCC's builtin is empty here. Each instruction is for one cache block; no processor has smaller ones than this.
  constexpr ptrdiff_t kBlock = 16;
  for (uint8_t* block = begin; block < end; block += kBlock) asm volatile("dcbst 0, %0" : : "r"(block) : "memory");
  asm volatile("sync" : : : "memory");
  for (uint8_t* block = begin; block < end; block += kBlock) asm volatile("icbi 0, %0" : : "r"(block) : "memory");
  asm volatile("sync; isync" : : : "memory");
#else
  __builtin___clear_cache(reinterpret_cast<char*>(begin), reinterpret_cast<char*>(end));
#endif
}

// What the architecture asks of the thread that patches, without what it asks of the threads that execute.
void FinishPatch(uint8_t* begin, uint8_t* end) {
#if defined(__riscv)
  // A fence, after which every other hart has to execute fence.i. The builtin would ask the kernel to see to that as
  // well, and SYNC_CORE would have nothing left to do.
  static_cast<void>(begin);
  static_cast<void>(end);
  std::atomic_thread_fence(std::memory_order_seq_cst);
#else
  CleanCaches(begin, end);
#endif
}

uint8_t* MapShared(int file, int protection) {
  void* mapping = mmap(nullptr, kBytes, protection, MAP_SHARED, file, 0);
  return mapping == MAP_FAILED ? nullptr : static_cast<uint8_t*>(mapping);
}

}  // namespace

MachineCode::~MachineCode() {
  if (executable_ != nullptr) munmap(executable_, kBytes);
  if (writable_ != nullptr) munmap(writable_, kBytes);
}

int32_t MachineCode::Map(uint32_t constant) {
  if (!kKnown) return -ENOSYS;
  const int file = memfd_create("patched-code", MFD_CLOEXEC);
  if (file < 0) return -errno;
  // PROT_READ, since arm64 lets only what can be read be cleaned out of caches.
  if (ftruncate(file, kBytes) == 0 && (writable_ = MapShared(file, PROT_READ | PROT_WRITE)) != nullptr) {
    executable_ = MapShared(file, PROT_READ | PROT_EXEC);
  }
  const int32_t error = -errno;
  close(file);
  if (writable_ == nullptr || executable_ == nullptr) return error;

  Lay(writable_);
  Put(writable_, kPatched, WordFor(constant));
  CleanCaches(executable_, executable_ + kBytes);
  function_ = reinterpret_cast<uint32_t (*)()>(executable_ + kEntry);
  return 0;
}

void MachineCode::Patch(uint32_t constant) {
  __atomic_store_n(reinterpret_cast<uint32_t*>(writable_ + kPatched), WordFor(constant), __ATOMIC_RELEASE);
  FinishPatch(executable_ + kPatched, executable_ + kPatched + sizeof(uint32_t));
}

}  // namespace probes
