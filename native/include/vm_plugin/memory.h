/* Guest memory and address spaces: layouts shared by every engine, and the service `vmp.memory/1`. */
/* Generated from the contract in src/contracts/memory.ts by `npm run generate`. Do not edit. */
#ifndef VM_PLUGIN_MEMORY_H
#define VM_PLUGIN_MEMORY_H

#include "../vm_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VMP_MEMORY_SERVICE "vmp.memory/1"
#define VMP_PAGE_SIZE 4096u

enum { VMP_PROTECTION_READ = 1, VMP_PROTECTION_WRITE = 2, VMP_PROTECTION_EXECUTE = 4 };

enum {
  VMP_MAP_SHARED = 1, /* space_fork leaves the pages common to both spaces; else each has its own */
  VMP_MAP_LAZY = 2    /* memory is taken at the first access, some pages at a time; not with SHARED */
};

enum {
  VMP_SPACE_ARENA = 1 /* guest address a is host address base + a; the host's mappings are the guest's protection */
};

/* One guest process's memory. Written by the core alone. */
typedef struct vmp_address_space {
  uint32_t struct_size;
  uint32_t kind;                        /* VMP_SPACE_*; an engine refuses a kind that it does not know */
  uint8_t *base;                        /* host address of guest address 0; guard pages lie on both sides */
  uint64_t size;                        /* an access of n bytes at a is inside when a <= size - n */
  VMP_ATOMIC(uint64_t) code_generation; /* raised when code decoded from here may be stale (acquire to read) */
  vmp_machine *machine;
  uint64_t id; /* unique in the machine */
} vmp_address_space;

/* A machine's memory: one file, mapped whole and always readable and writable at `alias`. */
typedef struct vmp_guest_memory {
  uint32_t struct_size;
  int32_t descriptor; /* the memory file, borrowed */
  uint8_t *alias;
  uint64_t size;                  /* the limit given at creation */
  VMP_ATOMIC(uint64_t) allocated; /* bytes handed out to address spaces */
} vmp_guest_memory;

/* A run of pages with one protection. */
typedef struct vmp_area {
  uint64_t address;
  uint64_t size;
  uint32_t protection; /* VMP_PROTECTION_*; 0 for a reservation */
  uint32_t flags;      /* VMP_MAP_* */
  uint64_t tag;        /* the personality's own, as given to map */
} vmp_area;

/* All [any]. Safe against each other. Addresses and sizes of map, unmap and protect are page multiples inside the space
 * (VMP_ERROR_INVALID_ARGUMENT else). */
typedef struct vmp_memory_service {
  uint32_t struct_size;
  uint32_t reserved;
  /* An empty space. Its memory counts for `run`, as vmp_spawn names it; 0 for none. */
  vmp_status (*space_create)(vmp_machine *machine, uint32_t run, uint64_t size, vmp_address_space **space,
                             vmp_error *error);
  /* A copy of the space, of the same run: pages are copied when either side writes to them. The guest's threads of
   * `space` must not run meanwhile. OUT_OF_MEMORY: nothing changed. */
  vmp_status (*space_fork)(vmp_address_space *space, vmp_address_space **copy, vmp_error *error);
  /* No virtual CPU may use it any longer. */
  void (*space_destroy)(vmp_address_space *space);
  /* Fresh zeroed pages; what was mapped there is gone. OUT_OF_MEMORY when a limit of the machine or of the run is
   * reached: nothing changed. */
  vmp_status (*map)(vmp_address_space *space, uint64_t address, uint64_t size, uint32_t protection, uint32_t flags,
                    uint64_t tag, vmp_error *error);
  /* The pages of a file of the host, shared with it: a store reaches the file, an access behind its end is a
   * MEMORY_FAULT. `descriptor` is borrowed for the call; offset is a page multiple. Refused where the host refuses it
   * (INVALID_ARGUMENT). */
  vmp_status (*map_file)(vmp_address_space *space, uint64_t address, uint64_t size, uint32_t protection, uint64_t tag,
                         int32_t descriptor, uint64_t offset, vmp_error *error);
  /* Moves what is mapped at [address, address + size) to `to`, with its contents; what was there is gone. The two do
   * not overlap. NOT_FOUND when a page is not mapped; then nothing changed. */
  vmp_status (*move)(vmp_address_space *space, uint64_t address, uint64_t size, uint64_t to, vmp_error *error);
  vmp_status (*unmap)(vmp_address_space *space, uint64_t address, uint64_t size, vmp_error *error);
  /* Readies what the guest may access so (one VMP_PROTECTION_*) in a range of any alignment for an access by the host's
   * kernel at base + address: copies pages that are to be copied before a write, gives memory to lazy ones. */
  void (*prepare)(vmp_address_space *space, uint64_t address, uint64_t size, uint32_t access);
  /* NOT_FOUND when a page in the range is not mapped; then nothing changed. */
  vmp_status (*protect)(vmp_address_space *space, uint64_t address, uint64_t size, uint32_t protection,
                        vmp_error *error);
  /* The area that holds `address`, else the next one above it, else NOT_FOUND. */
  vmp_status (*find)(vmp_address_space *space, uint64_t address, vmp_area *area);
  /* Copies up to the first byte that the guest itself could not read (write); the bytes copied are the answer. */
  uint64_t (*read)(vmp_address_space *space, uint64_t address, void *to, uint64_t size);
  uint64_t (*write)(vmp_address_space *space, uint64_t address, const void *from, uint64_t size);
  /* Copies a terminated string; *length is without the terminator. FAULT, or TOO_SMALL when it does not end in
   * capacity. */
  vmp_status (*read_string)(vmp_address_space *space, uint64_t address, char *to, uint64_t capacity, uint64_t *length);
  /* Writes where the guest may not: program loading. FAULT when a page in the range has no memory. */
  vmp_status (*populate)(vmp_address_space *space, uint64_t address, const void *from, uint64_t size, vmp_error *error);
  /* Raises code_generation: code in the range may have changed (FENCE.I, a flush system call, a debugger's patch). */
  void (*invalidate_code)(vmp_address_space *space, uint64_t address, uint64_t size);
} vmp_memory_service;

/* What every compiler must agree on. */
VMP_STATIC_ASSERT(offsetof(vmp_address_space, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_address_space, kind) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_address_space, base) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_address_space, size) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_address_space, code_generation) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_address_space, machine) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_address_space, id) == 40, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_address_space) == 48, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_guest_memory, struct_size) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_guest_memory, descriptor) == 4, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_guest_memory, alias) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_guest_memory, size) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_guest_memory, allocated) == 24, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_guest_memory) == 32, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_area, address) == 0, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_area, size) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_area, protection) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_area, flags) == 20, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_area, tag) == 24, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_area) == 32, "fixed size");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, space_create) == 8, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, space_fork) == 16, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, space_destroy) == 24, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, map) == 32, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, map_file) == 40, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, move) == 48, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, unmap) == 56, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, prepare) == 64, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, protect) == 72, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, find) == 80, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, read) == 88, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, write) == 96, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, read_string) == 104, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, populate) == 112, "fixed offset");
VMP_STATIC_ASSERT(offsetof(vmp_memory_service, invalidate_code) == 120, "fixed offset");
VMP_STATIC_ASSERT(sizeof(vmp_memory_service) == 128, "fixed size");

#ifdef __cplusplus
}
#endif
#endif
