#include "core/machine/machine.h"
#include "core/services/services.h"

namespace vmp {
namespace {

// Makes a change of a space, and tells the engine of what is mapped now, and when it has made code stale: also one that
// keeps translations and does not read the generation. After the change, so that no lock of the space is held.
template <typename Change>
vmp_status changing(vmp_address_space *space, uint64_t address, uint64_t size, vmp_error *error, Change change) {
  const uint64_t before = space->code_generation.load(std::memory_order_acquire);
  const vmp_status status = change(AddressSpace::from(space));
  Machine &machine = Machine::from(space->machine);
  if (space->code_generation.load(std::memory_order_acquire) != before) machine.invalidate_engine(space, address, size);
  return status == VMP_OK ? machine.update_engine_memory(space, error) : status;
}

vmp_status space_create(vmp_machine *machine, uint32_t run, uint64_t size, vmp_address_space **space,
                        vmp_error *error) {
  return Machine::from(machine).create_space(run, size, space, error);
}

vmp_status space_fork(vmp_address_space *space, vmp_address_space **copy, vmp_error *error) {
  return Machine::from(space->machine).fork_space(AddressSpace::from(space), copy, error);
}

void space_destroy(vmp_address_space *space) { Machine::from(space->machine).destroy_space(space); }

vmp_status map(vmp_address_space *space, uint64_t address, uint64_t size, uint32_t protection, uint32_t flags,
               uint64_t tag, vmp_error *error) {
  return changing(space, address, size, error,
                  [&](AddressSpace &changed) { return changed.map(address, size, protection, flags, tag, error); });
}

vmp_status map_file(vmp_address_space *space, uint64_t address, uint64_t size, uint32_t protection, uint64_t tag,
                    int32_t descriptor, uint64_t offset, vmp_error *error) {
  return changing(space, address, size, error, [&](AddressSpace &changed) {
    return changed.map_file(address, size, protection, tag, descriptor, offset, error);
  });
}

vmp_status move(vmp_address_space *space, uint64_t address, uint64_t size, uint64_t to, vmp_error *error) {
  return changing(space, address, size, error,
                  [&](AddressSpace &changed) { return changed.move(address, size, to, error); });
}

vmp_status unmap(vmp_address_space *space, uint64_t address, uint64_t size, vmp_error *error) {
  return changing(space, address, size, error,
                  [&](AddressSpace &changed) { return changed.unmap(address, size, error); });
}

void prepare(vmp_address_space *space, uint64_t address, uint64_t size, uint32_t access) {
  AddressSpace::from(space).prepare(address, size, access);
}

vmp_status protect(vmp_address_space *space, uint64_t address, uint64_t size, uint32_t protection, vmp_error *error) {
  return changing(space, address, size, error,
                  [&](AddressSpace &changed) { return changed.protect(address, size, protection, error); });
}

vmp_status find(vmp_address_space *space, uint64_t address, vmp_area *area) {
  return AddressSpace::from(space).find(address, area);
}

uint64_t read(vmp_address_space *space, uint64_t address, void *to, uint64_t size) {
  return AddressSpace::from(space).read(address, to, size);
}

uint64_t write(vmp_address_space *space, uint64_t address, const void *from, uint64_t size) {
  return AddressSpace::from(space).write(address, from, size);
}

vmp_status read_string(vmp_address_space *space, uint64_t address, char *to, uint64_t capacity, uint64_t *length) {
  return AddressSpace::from(space).read_string(address, to, capacity, length);
}

vmp_status populate(vmp_address_space *space, uint64_t address, const void *from, uint64_t size, vmp_error *error) {
  return changing(space, address, size, error,
                  [&](AddressSpace &changed) { return changed.populate(address, from, size, error); });
}

void invalidate_code(vmp_address_space *space, uint64_t address, uint64_t size) {
  changing(space, address, size, nullptr, [](AddressSpace &changed) {
    changed.invalidate_code();
    return VMP_OK;
  });
}

}  // namespace

const vmp_memory_service memory_service = {sizeof(vmp_memory_service),
                                           0,
                                           space_create,
                                           space_fork,
                                           space_destroy,
                                           map,
                                           map_file,
                                           move,
                                           unmap,
                                           prepare,
                                           protect,
                                           find,
                                           read,
                                           write,
                                           read_string,
                                           populate,
                                           invalidate_code};

}  // namespace vmp
