/* native-call LIBRARY binding|pointer COUNT: calls read of the do-nothing device COUNT times, in one of two ways.
 * To be run under a tool that counts instructions.
 *   binding  as one plugin calls another: everything through the binding that it keeps, read anew each time
 *   pointer  through a C function pointer to the same function, kept in a register: the cheapest indirect call */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vm_plugin/device_virtual.h>

typedef vmp_status (*read_function)(void *, uint32_t, uint64_t, uint32_t, uint64_t *, vmp_error *);

static const void *no_service(const vmp_host *host, const char *id) {
  (void)host, (void)id;
  return NULL;
}

/* What a plugin's attach does: keeps the binding of the point that it calls. */
static const vmp_binding *find_binding(const vmp_bindings *bindings, const char *point) {
  for (uint32_t index = 0; index < bindings->count; index++) {
    const vmp_binding *binding =
        (const vmp_binding *)((const char *)bindings->items + (size_t)index * bindings->stride);
    if (strcmp(binding->point, point) == 0) return binding;
  }
  return NULL;
}

/* All memory is read anew behind it, as after any call that the compiler cannot see into. */
static inline void forget(void) { __asm__ volatile("" ::: "memory"); }

__attribute__((noinline)) static uint64_t call_binding(const vmp_binding *binding, uint64_t count) {
  uint64_t sum = 0, value = 0;
  for (uint64_t index = 0; index < count; index++) {
    const vmp_device_virtual *device = binding->vtable;
    sum += (uint64_t)device->read(binding->self, 0, 8, 4, &value, NULL);
    forget();
  }
  return sum + value;
}

__attribute__((noinline)) static uint64_t call_pointer(read_function function, void *self, uint64_t count) {
  uint64_t sum = 0, value = 0;
  for (uint64_t index = 0; index < count; index++) {
    sum += (uint64_t)function(self, 0, 8, 4, &value, NULL);
    forget();
  }
  return sum + value;
}

int main(int argc, char **argv) {
  int through_binding = argc == 4 && strcmp(argv[2], "binding") == 0;
  if (argc != 4 || (!through_binding && strcmp(argv[2], "pointer") != 0))
    return fprintf(stderr, "usage: native-call LIBRARY binding|pointer COUNT\n"), 2;
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  const vmp_entry *entry = library != NULL ? dlsym(library, "vm_plugin_entry") : NULL;
  if (entry == NULL) return fprintf(stderr, "native-call: %s\n", dlerror()), 1;
  const vmp_provider *provider = entry->get(VMP_DEVICE_VIRTUAL_POINT, "do-nothing-native", 0);
  if (provider == NULL) return fprintf(stderr, "native-call: the plugin has no do-nothing-native\n"), 1;
  vmp_host host = {sizeof(vmp_host), VMP_ABI_MAJOR, VMP_ABI_MINOR, no_service, NULL};
  vmp_create_info info = {.struct_size = sizeof(vmp_create_info), .host = &host, .name = {"do-nothing-native", 17}};
  vmp_error error = {.struct_size = sizeof(vmp_error)};
  void *self = NULL;
  if (provider->create(&info, &self, &error) != VMP_OK) return fprintf(stderr, "native-call: %s\n", error.message), 1;
  vmp_binding item = {.point = VMP_DEVICE_VIRTUAL_POINT,
                      .name = "do-nothing-native",
                      .plugin = "bench.do-nothing-native",
                      .vtable = provider->vtable,
                      .self = self,
                      .contract_major = provider->contract_major,
                      .contract_minor = provider->contract_minor};
  vmp_bindings bindings = {sizeof(vmp_bindings), 1, sizeof(vmp_binding), 0, &item};
  const vmp_binding *binding = find_binding(&bindings, VMP_DEVICE_VIRTUAL_POINT);
  uint64_t count = strtoull(argv[3], NULL, 10);
  const vmp_device_virtual *device = binding->vtable;
  uint64_t result = through_binding ? call_binding(binding, count) : call_pointer(device->read, binding->self, count);
  provider->destroy(self);
  return result != 0;
}
