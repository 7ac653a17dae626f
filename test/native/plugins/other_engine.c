/* An engine that runs nothing: every guest exits with 77 at once. What it shows is that it was the one chosen. */
#include <string.h>

#include "vm_plugin/arch_simulator.h"

static void run(void *self, vmp_vcpu *vcpu, uint64_t budget) {
  (void)self, (void)budget;
  vmp_riscv64_state *state = (vmp_riscv64_state *)(void *)((char *)vcpu + VMP_VCPU_STATE_OFFSET);
  state->x[17] = 94; /* exit_group */
  state->x[10] = 77;
  vcpu->exit.kind = VMP_EXIT_SYSTEM_CALL;
  vcpu->exit.pc = state->pc;
}

static vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  (void)info, (void)self, (void)error;
  return VMP_OK;
}

static void destroy(void *self) { (void)self; }

#define X(number) (uint16_t)(offsetof(vmp_riscv64_state, x) + 8 * (number))
static const vmp_arch_simulator table = {.struct_size = sizeof table, .run = run};
static const vmp_arch_simulator_capabilities capabilities = {
    .struct_size = sizeof capabilities,
    .architecture = VMP_ARCHITECTURE_RISCV64,
    .state_size = sizeof(vmp_riscv64_state),
    .address_bits = 38,
    .isa = {"rv64i", 5},
    .system_call = {.struct_size = sizeof(vmp_system_call_abi),
                    .architecture = VMP_ARCHITECTURE_RISCV64,
                    .number = X(17),
                    .result = X(10),
                    .arguments = {X(10), X(11), X(12), X(13), X(14), X(15)},
                    .stack_pointer = X(2),
                    .program_counter = offsetof(vmp_riscv64_state, pc),
                    .thread_pointer = X(4),
                    .instruction_size = 4}};
static const vmp_provider provider = {.struct_size = sizeof provider,
                                      .contract_major = 1,
                                      .vtable = &table,
                                      .capabilities = &capabilities,
                                      .create = create,
                                      .destroy = destroy};

static const vmp_provider *get(const char *point, const char *name, uint16_t minor) {
  (void)minor;
  return strcmp(point, VMP_ARCH_SIMULATOR_POINT) == 0 && strcmp(name, "other") == 0 ? &provider : NULL;
}

VMP_EXPORT const vmp_entry vm_plugin_entry = {
    .struct_size = sizeof(vmp_entry), .abi_major = VMP_ABI_MAJOR, .abi_minor = VMP_ABI_MINOR, .get = get};
