/* vm_plugin.h: the entry of a native vm-plugin and what every other header builds on.
 *
 * A plugin is a shared object that exports one constant, `vm_plugin_entry`. Nothing unwinds across this
 * boundary: a function answers with a status and, where it has an `error` parameter, fills the caller's error.
 *
 * Rules that hold everywhere unless a function says otherwise
 *   threads    [control] one host thread at a time; [vcpu] the thread of the virtual CPU given; [any] any thread.
 *   ownership  a pointer passed in is borrowed until the call returns.
 *   tables     start with struct_size and only grow at the end; nothing is read past the size that is given there.
 *   integers   little-endian; sizes and addresses in bytes.
 *
 * Generated from the contracts by `npm run generate`. Do not edit.
 */
#ifndef VM_PLUGIN_H
#define VM_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#include <atomic>
#define VMP_ATOMIC(type) std::atomic<type>
#define VMP_STATIC_ASSERT(condition, message) static_assert(condition, message)
extern "C" {
#else
#include <stdatomic.h>
#define VMP_ATOMIC(type) _Atomic(type)
#define VMP_STATIC_ASSERT(condition, message) _Static_assert(condition, message)
#endif

#if defined(_WIN32)
#define VMP_EXPORT __declspec(dllexport)
#else
#define VMP_EXPORT __attribute__((visibility("default")))
#endif

/* Whether whoever made a struct knew the field. */
#define VMP_KNOWS(pointer, type, field) ((pointer)->struct_size >= offsetof(type, field) + sizeof((pointer)->field))
/* Whether a table has the function. */
#define VMP_HAS(table, type, function) (VMP_KNOWS(table, type, function) && (table)->function != NULL)
/* Whether a caller wants to know why, and its error has the fields of the first release. */
#define VMP_CAN_EXPLAIN(error) ((error) != NULL && VMP_KNOWS(error, vmp_error, message))

#define VMP_ABI_MAJOR 1
#define VMP_ABI_MINOR 0

typedef int32_t vmp_status;
enum {
  VMP_OK = 0,
  VMP_ERROR_INVALID_ARGUMENT = 1,
  VMP_ERROR_OUT_OF_MEMORY = 2,
  VMP_ERROR_UNSUPPORTED = 3,
  VMP_ERROR_NOT_FOUND = 4,
  VMP_ERROR_DENIED = 5,
  VMP_ERROR_TIMED_OUT = 6,
  VMP_ERROR_CANCELLED = 7,
  VMP_ERROR_BUSY = 8,
  VMP_ERROR_REVOKED = 9,
  VMP_ERROR_IO = 10,
  VMP_ERROR_FAULT = 11,     /* a guest address that is not mapped for this access */
  VMP_ERROR_TOO_SMALL = 12, /* the caller's buffer; the size needed was written */
  VMP_ERROR_MALFORMED = 13, /* a file or message that breaks its format */
  VMP_ERROR_INTERNAL = 14,
  VMP_ERROR_PLUGIN = 15 /* the plugin's own; error.code says which */
};

/* UTF-8, not terminated. data may be NULL when size is 0. */
typedef struct vmp_string {
  const char *data;
  uint64_t size;
} vmp_string;

/* Filled by the callee when it answers anything but VMP_OK; the caller owns it. code and message are terminated. */
typedef struct vmp_error {
  uint32_t struct_size;
  vmp_status status;
  char code[56]; /* empty, or UPPER_SNAKE_CASE; a plugin's own code, without the plugin's id */
  char message[448];
} vmp_error;

/* Given to a method that can be cancelled, which looks at it from time to time and then answers CANCELLED. */
typedef struct vmp_cancellation {
  uint32_t struct_size;
  VMP_ATOMIC(uint32_t) requested; /* not 0: stop */
} vmp_cancellation;

/* What the host offers. Valid from init until deinit has returned. */
typedef struct vmp_host {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;
  /* [any] The service table with this id ("vmp.log/1"), constant for the life of the process, or NULL. */
  const void *(*service)(const struct vmp_host *host, const char *id);
  void *context; /* the host's own; says which plugin is calling */
} vmp_host;

typedef struct vmp_machine vmp_machine; /* opaque */
typedef struct vmp_configuration vmp_configuration; /* opaque; read through vmp.config/1 */

/* One implementation that an instance may call: from vtable to vtable, with no host between. */
typedef struct vmp_binding {
  const char *point;
  const char *name;
  const char *plugin;
  const void *vtable;
  void *self;
  const void *capabilities;
  uint16_t contract_major;
  uint16_t contract_minor;
  uint32_t reserved;
} vmp_binding;

/* Immutable while a virtual CPU runs. Items lie `stride` bytes apart. */
typedef struct vmp_bindings {
  uint32_t struct_size;
  uint32_t count;
  uint32_t stride;
  uint32_t reserved;
  const vmp_binding *items;
} vmp_bindings;

typedef struct vmp_create_info {
  uint32_t struct_size;
  uint32_t reserved;
  const vmp_host *host;
  vmp_machine *machine;                   /* NULL for an instance that belongs to no machine */
  const vmp_configuration *configuration; /* valid until destroy has returned */
  vmp_string name;                        /* the implementation's name, as in the manifest */
} vmp_create_info;

/* How instances of one implementation are made: the answer of vmp_entry.get, constant until deinit. */
typedef struct vmp_provider {
  uint32_t struct_size;
  uint16_t contract_major;
  uint16_t contract_minor;
  const void *vtable;       /* the point's table */
  const void *capabilities; /* the point's capabilities layout, or NULL where it has none */
  /* [control] Makes an instance. *self may stay NULL for one without state. */
  vmp_status (*create)(const vmp_create_info *info, void **self, vmp_error *error);
  /* [control] Optional. Every instance of the machine exists; bindings stay valid until destroy has returned. */
  vmp_status (*attach)(void *self, const vmp_bindings *bindings, vmp_error *error);
  /* [control] No call is under way and none follows. */
  void (*destroy)(void *self);
  /* [control] Optional. Refuses a configuration before any instance is made with it. */
  vmp_status (*validate_configuration)(const vmp_configuration *configuration, vmp_error *error);
} vmp_provider;

typedef struct vmp_entry {
  uint32_t struct_size;
  uint16_t abi_major;        /* VMP_ABI_MAJOR of the headers that it was built with */
  uint16_t abi_minor;        /* VMP_ABI_MINOR of those headers */
  uint16_t abi_minor_lowest; /* the oldest minor that it runs on */
  uint16_t reserved[3];
  /* [control] Optional. Once, before anything else. */
  vmp_status (*init)(const vmp_host *host, vmp_error *error);
  /* [control] Optional. Once, when no instance is left; the library stays mapped. */
  void (*deinit)(void);
  /* [control] The provider of `name` for `point`, with a table of at most contract minor `minor`, or NULL. */
  const vmp_provider *(*get)(const char *point, const char *name, uint16_t minor);
} vmp_entry;

/* A plugin defines this one symbol, a C++ one behind extern "C": VMP_EXPORT const vmp_entry vm_plugin_entry = { ... };
 */
extern VMP_EXPORT const vmp_entry vm_plugin_entry;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_string, data) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_string, size) == 8, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_string) == 16, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_error, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_error, status) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_error, code) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_error, message) == 64, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_error) == 512, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_cancellation, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_cancellation, requested) == 4, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_cancellation) == 8, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_host, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_host, abi_major) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_host, abi_minor) == 6, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_host, service) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_host, context) == 16, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_host) == 24, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_binding, point) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_binding, name) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_binding, plugin) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_binding, vtable) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_binding, self) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_binding, capabilities) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_binding, contract_major) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_binding, contract_minor) == 50, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_binding) == 56, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_bindings, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_bindings, count) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_bindings, stride) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_bindings, items) == 16, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_bindings) == 24, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_create_info, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_create_info, host) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_create_info, machine) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_create_info, configuration) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_create_info, name) == 32, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_create_info) == 48, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_provider, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_provider, contract_major) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_provider, contract_minor) == 6, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_provider, vtable) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_provider, capabilities) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_provider, create) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_provider, attach) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_provider, destroy) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_provider, validate_configuration) == 48, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_provider) == 56, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_entry, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_entry, abi_major) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_entry, abi_minor) == 6, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_entry, abi_minor_lowest) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_entry, init) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_entry, deinit) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_entry, get) == 32, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_entry) == 40, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
