// Which JavaScript threads of this process have ended: how whoever waits for a thread learns that it will never come.
//
// - A thread is known by its token: its number in Node.js (worker_threads.threadId) plus one, so that 0 means nobody.
//   Node.js never gives a number twice, so a token never stands for another thread.
// - A thread may die at any point of its JavaScript. Its environment's clean-up hook runs in every case (but not on the
//   main thread when the process exits), and may find shared memory unmapped by then; so it marks native memory only.
// - The table is never freed: two bits for each number that Node.js has given out.
#pragma once

#include <cstdint>

namespace membarrier {

constexpr int32_t kMaxToken = (1 << 30) - 1;

// Makes room for a token's mark, so that marking allocates nothing. Returns 1 the first time, so that one clean-up hook
// is set and not two, 0 if the token is enrolled already, -EINVAL for what is no token, or -ENOMEM.
int32_t EnrolThread(int32_t token);

// The thread has ended. All that it has written before is visible to who sees the mark.
void MarkThreadDead(int32_t token);

// Whether an enrolled thread has ended; false for a token that was never enrolled. Makes no system call.
bool IsThreadDead(int32_t token);

}  // namespace membarrier
