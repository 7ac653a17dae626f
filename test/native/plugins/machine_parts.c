/* Engines and a device that note how they are called or call each other, and personalities that ask something of the
 * machine. */
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vm_plugin.h"
#include "vm_plugin/arch_simulator.h"
#include "vm_plugin/device_virtual.h"
#include "vm_plugin/machine.h"
#include "vm_plugin/os_personality.h"

/* What a test reads by dlsym. */
VMP_EXPORT atomic_int attached, attaching, inside, overlaps, invalidations;
VMP_EXPORT vmp_address_space *last_space;

static const vmp_machine_service *machines;
static const vmp_memory_service *memories;

static vmp_status init(const vmp_host *host, vmp_error *error) {
  (void)error;
  machines = (const vmp_machine_service *)host->service(host, VMP_MACHINE_SERVICE);
  memories = (const vmp_memory_service *)host->service(host, VMP_MEMORY_SERVICE);
  return machines == NULL || memories == NULL ? VMP_ERROR_UNSUPPORTED : VMP_OK;
}

static void enter(void) {
  if (atomic_fetch_add(&inside, 1) != 0) atomic_fetch_add(&overlaps, 1);
  usleep(2000);
  atomic_fetch_sub(&inside, 1);
}
static vmp_status vcpu_attach(void *self, vmp_vcpu *vcpu, vmp_error *error) {
  (void)self, (void)vcpu, (void)error;
  enter();
  atomic_fetch_add(&attached, 1);
  return VMP_OK;
}
static void vcpu_detach(void *self, vmp_vcpu *vcpu) {
  (void)self, (void)vcpu;
  enter();
}
static void run(void *self, vmp_vcpu *vcpu, uint64_t budget) {
  (void)self, (void)budget;
  vcpu->exit.kind = VMP_EXIT_SYSTEM_CALL;
}
enum { port = 7 };
/* Asks a device again and again, and is done when it is asked to leave. */
static void run_device(void *self, vmp_vcpu *vcpu, uint64_t budget) {
  (void)self;
  if (atomic_load(&vcpu->requests) != 0) {
    vcpu->exit.kind = VMP_EXIT_INTERRUPTED;
    return;
  }
  vcpu->instructions += budget < 3 ? budget : 3;
  vcpu->exit.kind = VMP_EXIT_PORT_IO;
  vcpu->exit.u.io.address = port;
  vcpu->exit.u.io.size = 1;
  vcpu->exit.u.io.write = 0;
}
/* How far each virtual CPU of "several" has come, by its place. */
VMP_EXPORT atomic_uint progress[4];
static uint32_t place_of(const vmp_vcpu *vcpu) { return (uint32_t)(uintptr_t)vcpu->personality_data; }
/* Leaves for requests, and now and then for a call. */
static void run_counting(void *self, vmp_vcpu *vcpu, uint64_t budget) {
  (void)self, (void)budget;
  do {
    if (atomic_load(&vcpu->requests) != 0) {
      vcpu->exit.kind = VMP_EXIT_INTERRUPTED;
      return;
    }
  } while (atomic_fetch_add(&progress[place_of(vcpu)], 1) % 64 != 0);
  vcpu->exit.kind = VMP_EXIT_SYSTEM_CALL;
}
static void invalidate(void *self, vmp_address_space *space, uint64_t address, uint64_t size) {
  (void)self, (void)space, (void)address, (void)size;
  atomic_fetch_add(&invalidations, 1);
}
static const vmp_arch_simulator simulator = {.struct_size = sizeof(vmp_arch_simulator),
                                             .vcpu_attach = vcpu_attach,
                                             .vcpu_detach = vcpu_detach,
                                             .run = run,
                                             .invalidate = invalidate};
static const vmp_arch_simulator device_simulator = {.struct_size = sizeof(vmp_arch_simulator), .run = run_device};
static const vmp_arch_simulator counting_simulator = {.struct_size = sizeof(vmp_arch_simulator), .run = run_counting};
static const vmp_arch_simulator_capabilities capabilities = {
    .struct_size = sizeof(vmp_arch_simulator_capabilities), .state_size = 64, .address_bits = 47};

static vmp_status regions(void *self, vmp_device_region *regions, uint64_t capacity, uint64_t *count,
                          vmp_error *error) {
  (void)self, (void)capacity, (void)error;
  regions[0].kind = VMP_DEVICE_REGION_PORT;
  regions[0].address = port;
  regions[0].size = 1;
  *count = 1;
  return VMP_OK;
}
static vmp_status read_register(void *self, uint32_t region, uint64_t offset, uint32_t size, uint64_t *value,
                                vmp_error *error) {
  (void)self, (void)region, (void)offset, (void)size, (void)error;
  *value = 0;
  return VMP_OK;
}
static vmp_status write_register(void *self, uint32_t region, uint64_t offset, uint32_t size, uint64_t value,
                                 vmp_error *error) {
  (void)self, (void)region, (void)offset, (void)size, (void)value, (void)error;
  return VMP_OK;
}
static const vmp_device_virtual device = {
    .struct_size = sizeof(vmp_device_virtual), .regions = regions, .read = read_register, .write = write_register};

static atomic_uint next_process = 1;
static vmp_status new_vcpu(vmp_machine *machine, uint32_t run, vmp_vcpu **vcpu, vmp_error *error) {
  vmp_status status = memories->space_create(machine, run, 1 << 20, &last_space, error);
  return status == VMP_OK ? machines->vcpu_create(machine, run, last_space, vcpu, error) : status;
}
static vmp_status spawn(void *self, const vmp_spawn *request, vmp_vcpu **vcpu, uint32_t *process, vmp_error *error) {
  *process = atomic_fetch_add(&next_process, 1);
  return new_vcpu((vmp_machine *)self, request->run, vcpu, error);
}
/* A second virtual CPU, which runs before the first does. */
static vmp_status spawn_two(void *self, const vmp_spawn *request, vmp_vcpu **vcpu, uint32_t *process,
                            vmp_error *error) {
  vmp_vcpu *other = NULL;
  vmp_status status = new_vcpu((vmp_machine *)self, request->run, &other, error);
  if (status == VMP_OK) status = machines->vcpu_start(other, error);
  usleep(20000);
  return status == VMP_OK ? spawn(self, request, vcpu, process, error) : status;
}
/* Refuses, with a virtual CPU made already. */
static vmp_status spawn_refusing(void *self, const vmp_spawn *request, vmp_vcpu **vcpu, uint32_t *process,
                                 vmp_error *error) {
  const vmp_status status = spawn(self, request, vcpu, process, error);
  return status == VMP_OK ? VMP_ERROR_PLUGIN : status;
}
/* The run passes a limit while its first process leaves. */
static vmp_status spawn_limited(void *self, const vmp_spawn *request, vmp_vcpu **vcpu, uint32_t *process,
                                vmp_error *error) {
  vmp_status status = spawn(self, request, vcpu, process, error);
  if (status == VMP_OK) (*vcpu)->personality_data = (void *)(uintptr_t)(*process | (uint64_t)request->run << 32);
  return status;
}
static uint32_t handle_exit(void *self, vmp_vcpu *vcpu) {
  (void)self, (void)vcpu;
  return VMP_ACTION_END_VCPU;
}
static uint32_t end_limited(void *self, vmp_vcpu *vcpu) {
  const uint64_t ids = (uintptr_t)vcpu->personality_data;
  const vmp_string limit = {"processes", 9}, detail = {"one more", 8};
  const vmp_process_result result = {
      .struct_size = sizeof(vmp_process_result), .process = (uint32_t)ids, .exit_code = 3, .processes = 2};
  machines->run_limit((vmp_machine *)self, (uint32_t)(ids >> 32), limit, detail);
  machines->process_ended((vmp_machine *)self, (uint32_t)(ids >> 32), &result);
  return VMP_ACTION_END_VCPU;
}
/* Four virtual CPUs that count, and wait in calls. */
static vmp_status spawn_several(void *self, const vmp_spawn *request, vmp_vcpu **vcpu, uint32_t *process,
                                vmp_error *error) {
  vmp_status status = spawn(self, request, vcpu, process, error);
  for (uintptr_t place = 1; status == VMP_OK && place < 4; ++place) {
    vmp_vcpu *other = NULL;
    status = new_vcpu((vmp_machine *)self, request->run, &other, error);
    if (status != VMP_OK) return status;
    other->personality_data = (void *)place;
    status = machines->vcpu_start(other, error);
  }
  return status;
}
static uint32_t handle_several(void *self, vmp_vcpu *vcpu) {
  (void)self;
  if (vcpu->exit.kind == VMP_EXIT_SYSTEM_CALL) machines->wait(vcpu, -1, 0, 20000, NULL);
  machines->vcpu_acknowledge(vcpu);
  return VMP_ACTION_RESUME;
}
static vmp_status no_signal(void *self, uint32_t run, int32_t process, uint32_t number, vmp_error *error) {
  (void)self, (void)run, (void)process, (void)number, (void)error;
  return VMP_ERROR_NOT_FOUND;
}
static const vmp_os_personality personality = {
    .struct_size = sizeof(vmp_os_personality), .spawn = spawn, .handle_exit = handle_exit, .signal = no_signal};
static const vmp_os_personality two_personality = {
    .struct_size = sizeof(vmp_os_personality), .spawn = spawn_two, .handle_exit = handle_exit, .signal = no_signal};
static const vmp_os_personality refusing_personality = {.struct_size = sizeof(vmp_os_personality),
                                                        .spawn = spawn_refusing,
                                                        .handle_exit = handle_exit,
                                                        .signal = no_signal};
static const vmp_os_personality limited_personality = {
    .struct_size = sizeof(vmp_os_personality), .spawn = spawn_limited, .handle_exit = end_limited, .signal = no_signal};

static const vmp_os_personality several_personality = {.struct_size = sizeof(vmp_os_personality),
                                                       .spawn = spawn_several,
                                                       .handle_exit = handle_several,
                                                       .signal = no_signal};

static vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  (void)error;
  *self = info->machine;
  return VMP_OK;
}
static void destroy(void *self) { (void)self; }
static vmp_status attach_early(void *self, const vmp_bindings *bindings, vmp_error *error) {
  vmp_vcpu *vcpu = NULL;
  vmp_status status = new_vcpu((vmp_machine *)self, 0, &vcpu, error);
  (void)bindings;
  if (status == VMP_OK) machines->vcpu_destroy(vcpu);
  return status;
}
static vmp_status attach_silent(void *self, const vmp_bindings *bindings, vmp_error *error) {
  (void)self, (void)bindings, (void)error;
  return VMP_ERROR_PLUGIN;
}
static vmp_status attach_slow(void *self, const vmp_bindings *bindings, vmp_error *error) {
  (void)self, (void)bindings, (void)error;
  atomic_store(&attaching, 1);
  usleep(100000);
  atomic_store(&attaching, 0);
  return VMP_OK;
}
static const vmp_provider engine = {.struct_size = sizeof(vmp_provider),
                                    .contract_major = 1,
                                    .vtable = &simulator,
                                    .capabilities = &capabilities,
                                    .create = create,
                                    .destroy = destroy};
static const vmp_provider device_engine = {.struct_size = sizeof(vmp_provider),
                                           .contract_major = 1,
                                           .vtable = &device_simulator,
                                           .capabilities = &capabilities,
                                           .create = create,
                                           .destroy = destroy};
static const vmp_provider device_provider = {
    .struct_size = sizeof(vmp_provider), .contract_major = 1, .vtable = &device, .create = create, .destroy = destroy};
static const vmp_provider two = {.struct_size = sizeof(vmp_provider),
                                 .contract_major = 1,
                                 .vtable = &two_personality,
                                 .create = create,
                                 .destroy = destroy};
static const vmp_provider limited = {.struct_size = sizeof(vmp_provider),
                                     .contract_major = 1,
                                     .vtable = &limited_personality,
                                     .create = create,
                                     .destroy = destroy};
static const vmp_provider plain = {.struct_size = sizeof(vmp_provider),
                                   .contract_major = 1,
                                   .vtable = &personality,
                                   .create = create,
                                   .destroy = destroy};
static const vmp_provider early = {.struct_size = sizeof(vmp_provider),
                                   .contract_major = 1,
                                   .vtable = &personality,
                                   .create = create,
                                   .attach = attach_early,
                                   .destroy = destroy};
static const vmp_provider silent = {.struct_size = sizeof(vmp_provider),
                                    .contract_major = 1,
                                    .vtable = &personality,
                                    .create = create,
                                    .attach = attach_silent,
                                    .destroy = destroy};

static const vmp_provider slow = {.struct_size = sizeof(vmp_provider),
                                  .contract_major = 1,
                                  .vtable = &personality,
                                  .create = create,
                                  .attach = attach_slow,
                                  .destroy = destroy};
static const vmp_provider refusing = {.struct_size = sizeof(vmp_provider),
                                      .contract_major = 1,
                                      .vtable = &refusing_personality,
                                      .create = create,
                                      .destroy = destroy};

static const vmp_provider counting_engine = {.struct_size = sizeof(vmp_provider),
                                             .contract_major = 1,
                                             .vtable = &counting_simulator,
                                             .capabilities = &capabilities,
                                             .create = create,
                                             .destroy = destroy};
static const vmp_provider several = {.struct_size = sizeof(vmp_provider),
                                     .contract_major = 1,
                                     .vtable = &several_personality,
                                     .create = create,
                                     .destroy = destroy};

static const vmp_provider *get(const char *point, const char *name, uint16_t minor) {
  (void)minor;
  if (strcmp(point, VMP_ARCH_SIMULATOR_POINT) == 0) {
    if (strcmp(name, "counting") == 0) return &counting_engine;
    return strcmp(name, "device") == 0 ? &device_engine : &engine;
  }
  if (strcmp(point, VMP_DEVICE_VIRTUAL_POINT) == 0) return &device_provider;
  if (strcmp(point, VMP_OS_PERSONALITY_POINT) != 0) return NULL;
  if (strcmp(name, "early") == 0) return &early;
  if (strcmp(name, "two") == 0) return &two;
  if (strcmp(name, "several") == 0) return &several;
  if (strcmp(name, "limited") == 0) return &limited;
  if (strcmp(name, "slow") == 0) return &slow;
  if (strcmp(name, "refusing") == 0) return &refusing;
  return strcmp(name, "silent") == 0 ? &silent : &plain;
}
VMP_EXPORT const vmp_entry vm_plugin_entry = {
    .struct_size = sizeof(vmp_entry), .abi_major = VMP_ABI_MAJOR, .init = init, .get = get};
