// Does MEMBARRIER_CMD_GLOBAL_EXPEDITED reach a thread of a registered process after another one has exited on its CPU?
//
//     cc -O2 -pthread global_expedited.c && ./a.out       on two CPUs; best where nothing else runs
//
// A thread spins on the second CPU, which a barrier must interrupt once: /proc/interrupts counts. In each phase:
// 1 reached, 0 missed, -1 the thread has not run. Exit status: 0 reached; 1 missed; 2 inconclusive, a control failed.
#define _GNU_SOURCE
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BURSTS = 10, CALLS = 20 };
static int cpus[2];  // this thread's, and that on which the others run
static atomic_uint spins = 1, turns;

static int membarrier(int command) { return (int)syscall(__NR_membarrier, command, 0, 0); }

static void pin(int cpu) {
  cpu_set_t set = {0};
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set)) exit(2);
}

static void* run(void* milliseconds) {  // for so long, and then the thread exits
  struct timespec begun, now;
  pin(cpus[1]), clock_gettime(CLOCK_MONOTONIC, &begun);
  do clock_gettime(CLOCK_MONOTONIC, &now);
  while ((now.tv_sec - begun.tv_sec) * 1000 + (now.tv_nsec - begun.tv_nsec) / 1000000 < (long)milliseconds);
  return NULL;
}

static void* stay(void* never) {  // to the end: spins, or sleeps
  for (pin(cpus[1]); never == NULL;) spins ? (void)turns++ : (void)usleep(500);
  return NULL;
}

// Of the second CPU: function calls; or, where those are not told apart (POWER), whatever another CPU asks for.
static int interrupts(void) {
  char line[8192], name[16], *at;
  int column = -1, i = 0, sum = -1;
  FILE* file = fopen("/proc/interrupts", "r");
  sprintf(name, "CPU%d", cpus[1]);
  if (file == NULL || fgets(line, sizeof line, file) == NULL) return -1;
  for (at = strtok(line, " \n"); at; at = strtok(NULL, " \n"), i++) if (strcmp(at, name) == 0) column = i;
  while (fgets(line, sizeof line, file) != NULL) {
    if (!strstr(line, "Function call interrupts") && !strstr(line, "XIVE-IPI") && !strstr(line, "Doorbell")) continue;
    for (at = strchr(line, ':') + 1, i = 0; i < column; i++) strtol(at, &at, 10);
    sum = (sum < 0 ? 0 : sum) + (int)strtol(at, NULL, 10);
  }
  fclose(file);
  return sum;
}

static int reaches(int command) {
  int ran = 0, hit = 0;  // bursts in all of which the thread ran; those that interrupted its CPU
  unsigned now, last = turns;
  for (spins = 1; turns - last < 1000;) usleep(100);
  for (int burst = 0; burst < 50 * BURSTS && ran < BURSTS; burst++, usleep(200)) {
    int before = interrupts(), still = 0, call = 0;
    for (last = turns; call < CALLS; call++, last = now) membarrier(command), still += (now = turns) == last;
    if (still == 0) ran++, hit += interrupts() - before >= CALLS - 1;
  }
  spins = 0;
  usleep(3000);
  return ran == 0 ? -1 : 2 * hit > ran;
}

int main(void) {
  const char* phases[] = {"no thread has exited", "one has exited there", "200 ms later", "another process ran there"};
  int result[4], control = 1, count = 0;
  pthread_t thread;
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    for (int i = 0; i < CPU_SETSIZE && count < 2; i++) if (CPU_ISSET(i, &set)) cpus[count++] = i;
  if (count < 2 || interrupts() < 0) return puts("inconclusive: one CPU, or no interrupts to count"), 2;
  pin(cpus[0]);
  pthread_create(&thread, NULL, stay, NULL);
  while (turns < 1000) usleep(100);
  if (membarrier(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED) || membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED))
    return perror("inconclusive: membarrier"), 2;
  for (int i = 0; i < 4; i++) {
    if (i == 1) pthread_create(&thread, NULL, run, (void*)1L), pthread_join(thread, NULL), usleep(3000);
    if (i == 2) usleep(200000);
    if (i == 3) fork() == 0 ? run((void*)5L), _exit(0) : (void)wait(NULL);
    result[i] = reaches(MEMBARRIER_CMD_GLOBAL_EXPEDITED);
    int private = reaches(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
    control &= private == 1 && (i == 1 || i == 2 ? result[i] >= 0 : result[i] == 1);
    printf("%-26s GLOBAL_EXPEDITED %2d   PRIVATE_EXPEDITED %2d\n", phases[i], result[i], private);
  }
  int status = !control ? 2 : result[1] == 0 || result[2] == 0;
  return puts(status == 2 ? "inconclusive" : status == 1 ? "MISSED" : "reached"), status;
}
