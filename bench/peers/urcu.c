/*
 * The peer of the RCU benchmarks: liburcu's memb flavour, from C. Compiled twice, with _LGPL_SOURCE for a read side
 * inlined into the loops below, and without for one of function calls.
 *
 *     urcu HERE THERE
 *
 * The main thread is pinned to CPU HERE, a second one to THERE. Both are registered readers. A request is a line
 * `OPERATION alone|beside TIMES`; the answer is a line with the nanoseconds of the main thread's whole loop, or with -1
 * if a CPU was taken away from either thread meanwhile. The second thread reads all the time while a request says
 * `beside`, and is asleep otherwise. The answer to `check beside TIMES` is how many poisoned records the second thread
 * has seen while the main thread replaced as many.
 */
#define _GNU_SOURCE
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <urcu/urcu-memb.h>

enum activity { ASLEEP, READING, CHECKING };

struct record {
  long first, second;
};

static const long poison = -1;
static struct record records[2];
static struct record *current = &records[0];
static long poisoned;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static enum activity wanted, reached; /* written under the mutex; the second thread looks at `wanted` without it */

static void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) exit(2);
}

static void read_often(long times) {
  for (long i = 0; i < times; i++) {
    urcu_memb_read_lock();
    urcu_memb_read_unlock();
  }
}

static void check_often(long times) {
  for (long i = 0; i < times; i++) {
    urcu_memb_read_lock();
    struct record *record = rcu_dereference(current);
    int bad = 0;
    /* For about 20 microseconds, so that a grace period that does not wait for the section is over before. */
    for (int look = 0; look < 20000; look++) {
      long first = CMM_LOAD_SHARED(record->first);
      bad |= first == poison || first != CMM_LOAD_SHARED(record->second);
    }
    urcu_memb_read_unlock();
    poisoned += bad;
  }
}

static void replace_often(long times) {
  for (long i = 0; i < times; i++) {
    struct record *old = current;
    struct record *fresh = old == &records[0] ? &records[1] : &records[0];
    fresh->first = fresh->second = i;
    rcu_assign_pointer(current, fresh);
    urcu_memb_synchronize_rcu();
    CMM_STORE_SHARED(old->first, poison);
    CMM_STORE_SHARED(old->second, poison);
  }
}

static void synchronize_often(long times) {
  for (long i = 0; i < times; i++) urcu_memb_synchronize_rcu();
}

/* Two, as a grace period issues. */
static void barriers_often(long times) {
  for (long i = 0; i < 2 * times; i++)
    if (syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0) exit(3);
}

__attribute__((noreturn)) static void *second_thread(void *cpu) {
  pin(*(int *)cpu);
  urcu_memb_register_thread();
  for (;;) {
    pthread_mutex_lock(&mutex);
    enum activity activity = reached = wanted;
    pthread_cond_broadcast(&changed);
    while (wanted == ASLEEP) pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
    while (activity != ASLEEP && CMM_LOAD_SHARED(wanted) == activity)
      activity == CHECKING ? check_often(50) : read_often(1000);
  }
}

static void let_second_thread(enum activity activity) {
  pthread_mutex_lock(&mutex);
  wanted = activity;
  pthread_cond_broadcast(&changed);
  while (reached != activity) pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
}

static long times_preempted(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_nivcsw;
}

/* Nanoseconds, or -1, of the main thread's loop, while the second thread does this. */
static long measure(void (*loop)(long), long times, enum activity activity) {
  struct timespec start, end;
  let_second_thread(activity);
  long before = times_preempted();
  clock_gettime(CLOCK_MONOTONIC, &start);
  loop(times);
  clock_gettime(CLOCK_MONOTONIC, &end);
  int preempted = times_preempted() != before;
  let_second_thread(ASLEEP);
  return preempted ? -1 : (end.tv_sec - start.tv_sec) * 1000000000L + (end.tv_nsec - start.tv_nsec);
}

int main(int count, char **arguments) {
  char operation[16], beside[16];
  long times;
  pthread_t thread;
  if (count != 3) return 1;
  int there = atoi(arguments[2]);
  pin(atoi(arguments[1]));
  urcu_memb_register_thread();
  if (pthread_create(&thread, NULL, second_thread, &there) != 0) return 2;
  while (scanf("%15s %15s %ld", operation, beside, &times) == 3) {
    int checks = strcmp(operation, "check") == 0;
    enum activity activity = checks ? CHECKING : strcmp(beside, "beside") == 0 ? READING : ASLEEP;
    void (*loop)(long) = checks              ? replace_often
                         : *operation == 'r' ? read_often
                         : *operation == 's' ? synchronize_often
                                             : barriers_often;
    long nanoseconds = measure(loop, times, activity);
    printf("%ld\n", checks ? poisoned : nanoseconds);
    fflush(stdout);
  }
  return 0;
}
