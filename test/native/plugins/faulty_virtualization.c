/* Backends of accel.virtualization that are wrong in one way each. Every one is a real backend, opened from the
 * configured `backend` (a plugin's library) and `provider` (its name there), behind a table with one fault. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vm_plugin/accel_virtualization.h"
#include "vm_plugin/config.h"

typedef struct backend {
  const vmp_accel_virtualization *real;
  void *self;
  const vmp_provider *provider;
  const char *fault;
  uint32_t kicks;
} backend;

static int is_faulty(const backend *of, const char *fault) { return strcmp(of->fault, fault) == 0; }

static vmp_x86_64_state *state_of(vmp_vcpu *vcpu) {
  return (vmp_x86_64_state *)(void *)((char *)vcpu + VMP_VCPU_STATE_OFFSET);
}

static vmp_status describe(void *self, vmp_virtualization *host, vmp_error *error) {
  backend *to = self;
  return to->real->describe(to->self, host, error);
}

static vmp_status vm_create(void *self, void **vm, vmp_error *error) {
  backend *to = self;
  if (is_faulty(to, "leaks-a-descriptor") && open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
    return VMP_ERROR_OUT_OF_MEMORY;
  return to->real->vm_create(to->self, vm, error);
}

static void vm_destroy(void *self, void *vm) {
  backend *to = self;
  to->real->vm_destroy(to->self, vm);
}

static vmp_status memory_map(void *self, void *vm, uint64_t address, void *memory, uint64_t size, uint32_t flags,
                             vmp_error *error) {
  backend *to = self;
  if (is_faulty(to, "ignores-read-only")) flags &= ~(uint32_t)VMP_SLOT_READ_ONLY;
  const vmp_status status = to->real->memory_map(to->self, vm, address, memory, size, flags, error);
  const int overlaps =
      status == VMP_ERROR_INVALID_ARGUMENT && VMP_CAN_EXPLAIN(error) && strcmp(error->code, "SLOT_OVERLAPS") == 0;
  return overlaps && is_faulty(to, "accepts-overlaps") ? VMP_OK : status;
}

static vmp_status memory_unmap(void *self, void *vm, uint64_t address, vmp_error *error) {
  backend *to = self;
  if (!is_faulty(to, "unmaps-nothing")) return to->real->memory_unmap(to->self, vm, address, error);
  return VMP_OK;
}

static vmp_status memory_dirty(void *self, void *vm, uint64_t address, uint64_t *bits, uint64_t words,
                               vmp_error *error) {
  backend *to = self;
  const vmp_status status = to->real->memory_dirty(to->self, vm, address, bits, words, error);
  if (status == VMP_OK && is_faulty(to, "logs-every-page")) memset(bits, 0xff, words * sizeof *bits);
  return status;
}

static vmp_status device_create(void *self, void *vm, uint32_t device, vmp_error *error) {
  backend *to = self;
  return to->real->device_create(to->self, vm, device, error);
}

static vmp_status line_set(void *self, void *vm, uint32_t line, uint32_t level, vmp_error *error) {
  backend *to = self;
  return to->real->line_set(to->self, vm, line, level, error);
}

static vmp_status line_event(void *self, void *vm, uint32_t line, int32_t descriptor, uint32_t on, vmp_error *error) {
  backend *to = self;
  return to->real->line_event(to->self, vm, line, descriptor, on, error);
}

static vmp_status io_event(void *self, void *vm, uint64_t address, uint32_t size, uint32_t is_port, int32_t descriptor,
                           uint32_t on, vmp_error *error) {
  backend *to = self;
  return to->real->io_event(to->self, vm, address, size, is_port, descriptor, on, error);
}

static vmp_status identity(void *self, vmp_identity_leaf *leaves, uint32_t *count, vmp_error *error) {
  backend *to = self;
  return to->real->identity(to->self, leaves, count, error);
}

static vmp_status vcpu_create(void *self, void *vm, vmp_vcpu *vcpu, const vmp_identity *leaves, vmp_error *error) {
  backend *to = self;
  return to->real->vcpu_create(to->self, vm, vcpu, leaves, error);
}

static void vcpu_destroy(void *self, vmp_vcpu *vcpu) {
  backend *to = self;
  to->real->vcpu_destroy(to->self, vcpu);
}

static vmp_status vcpu_read(void *self, vmp_vcpu *vcpu, uint32_t classes, vmp_error *error) {
  backend *to = self;
  const vmp_status status = to->real->vcpu_read(to->self, vcpu, classes, error);
  if ((classes & VMP_STATE_GENERAL) != 0 && is_faulty(to, "reads-half-a-register"))
    state_of(vcpu)->gpr[8] &= 0xffffffff;
  return status;
}

static vmp_status vcpu_write(void *self, vmp_vcpu *vcpu, uint32_t classes, vmp_error *error) {
  backend *to = self;
  if ((classes & VMP_STATE_GENERAL) != 0 && is_faulty(to, "swaps-registers")) {
    uint64_t *gpr = state_of(vcpu)->gpr;
    const uint64_t r13 = gpr[13];
    gpr[13] = gpr[14];
    gpr[14] = r13;
  }
  return to->real->vcpu_write(to->self, vcpu, classes, error);
}

static vmp_status vcpu_interrupt(void *self, vmp_vcpu *vcpu, uint32_t vector, vmp_error *error) {
  backend *to = self;
  return to->real->vcpu_interrupt(to->self, vcpu, vector, error);
}

static void run(void *self, vmp_vcpu *vcpu, uint32_t flags) {
  backend *to = self;
  vmp_exit *exit = &vcpu->exit;
  if (exit->kind == VMP_EXIT_MMIO && exit->u.io.write == 0 && is_faulty(to, "forgets-answers")) exit->u.io.data = 0;
  while (is_faulty(to, "hangs")) pause();
  const int follows_a_port = exit->kind == VMP_EXIT_PORT_IO;
  const uint64_t source = state_of(vcpu)->gpr[6];
  to->real->run(to->self, vcpu, flags);
  if (exit->kind == VMP_EXIT_HALT && is_faulty(to, "halts-as-interrupted")) exit->kind = VMP_EXIT_INTERRUPTED;
  if (exit->kind == VMP_EXIT_PORT_IO && is_faulty(to, "tells-the-first-element")) {
    const vmp_exit first = *exit;
    for (uint32_t left = first.u.io.count; left > 1; --left) to->real->run(to->self, vcpu, 0);
    *exit = first;
    /* Where each element is an exit of its own: rsi has moved. */
    while (follows_a_port && exit->kind == VMP_EXIT_PORT_IO && state_of(vcpu)->gpr[6] != source)
      to->real->run(to->self, vcpu, 0);
  }
}

static void kick(void *self, vmp_vcpu *vcpu) {
  backend *to = self;
  if (is_faulty(to, "loses-kicks") && ++to->kicks % 3 == 0) return;
  to->real->kick(to->self, vcpu);
}

static char *configured(const vmp_create_info *info, const char *path) {
  const vmp_config_service *config = info->host->service(info->host, VMP_CONFIG_SERVICE);
  vmp_string text = {NULL, 0};
  if (config == NULL || config->string(info->configuration, path, &text) != VMP_OK) return NULL;
  return strndup(text.data, text.size);
}

static vmp_status open_real(backend *to, const vmp_create_info *info, vmp_error *error) {
  char *path = configured(info, "backend"), *name = configured(info, "provider");
  void *library = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const vmp_entry *entry = library == NULL ? NULL : dlsym(library, "vm_plugin_entry");
  vmp_status status = VMP_ERROR_NOT_FOUND;
  if (entry != NULL && name != NULL) {
    status = entry->init == NULL ? VMP_OK : entry->init(info->host, error);
    to->provider = entry->get(VMP_ACCEL_VIRTUALIZATION_POINT, name, 0);
    if (status == VMP_OK && to->provider == NULL) status = VMP_ERROR_NOT_FOUND;
    vmp_create_info real = *info;
    real.name = (vmp_string){name, strlen(name)};
    if (status == VMP_OK) status = to->provider->create(&real, &to->self, error);
    if (status == VMP_OK) to->real = to->provider->vtable;
  }
  free(path);
  free(name);
  return status;
}

static const char *const faults[] = {"ignores-read-only",    "accepts-overlaps",   "unmaps-nothing",
                                     "logs-every-page",      "swaps-registers",    "reads-half-a-register",
                                     "forgets-answers",      "loses-kicks",        "tells-the-first-element",
                                     "halts-as-interrupted", "leaks-a-descriptor", "hangs"};
enum { FAULTS = sizeof faults / sizeof faults[0] };

static const char *fault_named(const char *name, uint64_t size) {
  for (int i = 0; i < FAULTS; ++i) {
    if (strlen(faults[i]) == size && memcmp(faults[i], name, size) == 0) return faults[i];
  }
  return NULL;
}

static vmp_status create(const vmp_create_info *info, void **self, vmp_error *error) {
  backend *to = calloc(1, sizeof *to);
  if (to == NULL) return VMP_ERROR_OUT_OF_MEMORY;
  to->fault = fault_named(info->name.data, info->name.size);
  const vmp_status status = open_real(to, info, error);
  if (status != VMP_OK)
    free(to);
  else
    *self = to;
  return status;
}

static void destroy(void *self) {
  backend *to = self;
  to->provider->destroy(to->self);
  free(to);
}

static const vmp_accel_virtualization table = {.struct_size = sizeof table,
                                               .describe = describe,
                                               .vm_create = vm_create,
                                               .vm_destroy = vm_destroy,
                                               .memory_map = memory_map,
                                               .memory_unmap = memory_unmap,
                                               .memory_dirty = memory_dirty,
                                               .device_create = device_create,
                                               .line_set = line_set,
                                               .line_event = line_event,
                                               .io_event = io_event,
                                               .identity = identity,
                                               .vcpu_create = vcpu_create,
                                               .vcpu_destroy = vcpu_destroy,
                                               .vcpu_read = vcpu_read,
                                               .vcpu_write = vcpu_write,
                                               .vcpu_interrupt = vcpu_interrupt,
                                               .run = run,
                                               .kick = kick};
static const vmp_accel_virtualization_capabilities capabilities = {.struct_size = sizeof capabilities,
                                                                   .architecture = VMP_ARCHITECTURE_X86_64,
                                                                   .state_size = sizeof(vmp_x86_64_state)};
static const vmp_provider provider = {.struct_size = sizeof provider,
                                      .contract_major = 1,
                                      .vtable = &table,
                                      .capabilities = &capabilities,
                                      .create = create,
                                      .destroy = destroy};

static const vmp_provider *get(const char *point, const char *name, uint16_t minor) {
  (void)minor;
  const int known = fault_named(name, strlen(name)) != NULL;
  return known && strcmp(point, VMP_ACCEL_VIRTUALIZATION_POINT) == 0 ? &provider : NULL;
}

VMP_EXPORT const vmp_entry vm_plugin_entry = {
    .struct_size = sizeof(vmp_entry), .abi_major = VMP_ABI_MAJOR, .abi_minor = VMP_ABI_MINOR, .get = get};
