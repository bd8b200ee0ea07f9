// The JavaScript threads of this process: a token for each, and whether it has ended.
//
// - A token is a number that no other thread of the process ever gets. 0 is no thread. Node's threadId would not do:
//   other runtimes give the same one to several threads (Deno's Web Workers all have 0).
// - A thread may die at any point of its JavaScript. Its environment's clean-up hook runs in every case, except for the
//   main thread when the process exits. Shared memory may be unmapped by then, so the hook marks native memory only.
// - The tables belong to this copy of the library. Another copy in the same process (another path) has its own, and
//   knows nothing of our threads. Identity() tells the copies apart.
// - The tables are never freed. They hold a bit for each thread that has ever enrolled, and a record for each of those
//   that lived at the same time.
#pragma once

#include <cstdint>

namespace membarrier {

constexpr int32_t kMaxToken = (1 << 30) - 1;

// Enrols the calling thread. Its token; `*is_new` says whether this call has made it, so that one clean-up hook is set
// and not two. -ENOMEM, or -EAGAIN after a billion threads.
int32_t EnrolThread(bool* is_new);

// The calling thread ends. All that it has written before is visible to a thread that sees the mark.
void MarkThreadDead(int32_t token);

// Whether an enrolled thread has ended; false for a token that no thread has. Makes no system call.
bool IsThreadDead(int32_t token);

// Which copy of the library this is: the same number in every thread, and not 0. Two copies in one process have two
// numbers, since it is the address of their data, in pages. (Only 2^32 pages apart could they be equal.)
int32_t Identity();

}  // namespace membarrier
