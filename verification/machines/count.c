/*
 * A TCG plugin for qemu: how often a powerpc machine executes certain instructions between two that the guest marks the
 * interval with (test/native/marker.h). For each interval it prints one line, of the counts that are not 0:
 *
 *   interval <n> hwsync <address> <count> ... at <address> <count> ...
 *
 * Arguments: from=, to= hexadecimal addresses between which every hwsync counts; at= addresses of which each execution
 * counts, once for each. One CPU only: qemu's inline counters are not atomic.
 *
 * qemu's header is in no package of Debian's, so what is used of it stands here as its documentation has it (plugin API
 * 1).
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
typedef struct qemu_info_t qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *, enum qemu_plugin_op, void *, uint64_t);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, void (*)(unsigned, void *),
                                            enum qemu_plugin_cb_flags, void *);
void qemu_plugin_outs(const char *);

#define EXPORTED __attribute__((visibility("default")))

EXPORTED int qemu_plugin_version = 1;

enum { HWSYNC = 0x7c0004ac, MARK_BEGIN = 0x3c004d41, MARK_END = 0x3c004d42 };

struct counter {
  const char *kind;
  uint64_t address;
  uint64_t count;
};

/* A page's worth of addresses is far more than the few functions have that are looked at. */
static struct counter counters[64];
static size_t used;
static uint64_t from, to;

static struct counter *counter_of(const char *kind, uint64_t address) {
  for (size_t i = 0; i < used; ++i) {
    if (counters[i].address == address && strcmp(counters[i].kind, kind) == 0) return &counters[i];
  }
  if (used == sizeof counters / sizeof *counters) {
    qemu_plugin_outs("too many addresses\n");
    abort();
  }
  counters[used] = (struct counter){kind, address, 0};
  return &counters[used++];
}

static bool is_asked_for(uint64_t address) {
  for (size_t i = 0; i < used; ++i) {
    if (counters[i].address == address && strcmp(counters[i].kind, "at") == 0) return true;
  }
  return false;
}

static void begin(unsigned cpu, void *unused) {
  (void)cpu, (void)unused;
  for (size_t i = 0; i < used; ++i) counters[i].count = 0;
}

static void end(unsigned cpu, void *unused) {
  (void)cpu, (void)unused;
  static unsigned intervals;
  char text[64];
  snprintf(text, sizeof text, "interval %u", ++intervals);
  qemu_plugin_outs(text);
  for (size_t i = 0; i < used; ++i) {
    if (counters[i].count == 0) continue;
    snprintf(text, sizeof text, " %s %" PRIx64 " %" PRIu64, counters[i].kind, counters[i].address, counters[i].count);
    qemu_plugin_outs(text);
  }
  qemu_plugin_outs("\n");
}

static void count(struct qemu_plugin_insn *instruction, struct counter *counter) {
  qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64, &counter->count, 1);
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  (void)id;
  const size_t length = qemu_plugin_tb_n_insns(block);
  for (size_t i = 0; i < length; ++i) {
    struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
    const uint64_t address = qemu_plugin_insn_vaddr(instruction);
    const uint8_t *bytes = qemu_plugin_insn_data(instruction);
    const uint32_t word =
        (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    if (word == HWSYNC && address >= from && address < to) count(instruction, counter_of("hwsync", address));
    if (is_asked_for(address)) count(instruction, counter_of("at", address));
    if (word == MARK_BEGIN) qemu_plugin_register_vcpu_insn_exec_cb(instruction, begin, QEMU_PLUGIN_CB_NO_REGS, NULL);
    if (word == MARK_END) qemu_plugin_register_vcpu_insn_exec_cb(instruction, end, QEMU_PLUGIN_CB_NO_REGS, NULL);
  }
}

EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
  (void)info;
  for (int i = 0; i < argc; ++i) {
    const char *value = strchr(argv[i], '=');
    if (value == NULL) return -1;
    const uint64_t address = strtoull(value + 1, NULL, 16);
    if (strncmp(argv[i], "from=", 5) == 0) from = address;
    if (strncmp(argv[i], "to=", 3) == 0) to = address;
    if (strncmp(argv[i], "at=", 3) == 0) counter_of("at", address);
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  return 0;
}
