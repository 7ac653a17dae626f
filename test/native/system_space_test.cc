#include "core/machine/system_mode/system_space.h"

#include "check.h"
#include "space_fixture.h"

namespace {

using check::Fixture;
using check::page;

// A backend that notes its slots, and refuses what it is told to.
struct Slots {
  struct Slot {
    uint8_t *memory;
    uint64_t size;
  };
  std::map<uint64_t, Slot> mapped;
  uint64_t refused_at = ~uint64_t{0};
  int calls = 0;
  bool overlaps = false;
};

Slots &slots_of(void *self) { return *static_cast<Slots *>(self); }

vmp_status vm_create(void *self, void **vm, vmp_error *) {
  *vm = self;
  return VMP_OK;
}
void vm_destroy(void *self, void *) { slots_of(self).mapped.clear(); }

vmp_status memory_map(void *self, void *, uint64_t address, void *memory, uint64_t size, uint32_t, vmp_error *error) {
  Slots &slots = slots_of(self);
  ++slots.calls;
  if (address == slots.refused_at) return vmp::fail(error, VMP_ERROR_OUT_OF_MEMORY, "FULL", "no slot is left");
  for (const auto &[other, slot] : slots.mapped)
    slots.overlaps = slots.overlaps || (other < address + size && address < other + slot.size);
  slots.mapped[address] = {static_cast<uint8_t *>(memory), size};
  return VMP_OK;
}

vmp_status memory_unmap(void *self, void *, uint64_t address, vmp_error *error) {
  Slots &slots = slots_of(self);
  ++slots.calls;
  if (slots.mapped.erase(address) == 1) return VMP_OK;
  return vmp::fail(error, VMP_ERROR_NOT_FOUND, "NOT_FOUND", "no slot begins there");
}

const vmp_accel_virtualization vtable = [] {
  vmp_accel_virtualization table{};
  table.struct_size = sizeof table;
  table.vm_create = vm_create;
  table.vm_destroy = vm_destroy;
  table.memory_map = memory_map;
  table.memory_unmap = memory_unmap;
  return table;
}();

using Pages = std::map<uint64_t, uint64_t>;  // numbers of pages, by that of the first

// A space of 64 pages of memory, and its virtual machine.
struct Guest {
  Guest() : fixture(64) {}
  bool create() {
    system = vmp::SystemSpace::create(backend, *fixture.space, &error);
    return system != nullptr;
  }
  vmp_status update() { return system->update(&error); }
  // Whether the slots are these, each before the memory of the space.
  bool has(const Pages &wanted) const {
    Pages found;
    for (const auto &[address, slot] : slots.mapped) {
      if (slot.memory != fixture.space->layout()->base + address) return false;
      found[address / page] = slot.size / page;
    }
    return found == wanted && !slots.overlaps;
  }

  Slots slots;
  Fixture fixture;
  vmp::Backend backend{&vtable, &slots, {}};
  vmp_error error = vmp::make_error();
  std::unique_ptr<vmp::SystemSpace> system;
};

}  // namespace

TEST("a guest's virtual machine has a slot for each run of mapped pages") {
  Guest guest;
  guest.fixture.map(0, 4);
  guest.fixture.map(4, 2, VMP_PROTECTION_READ);
  guest.fixture.map(16, 3);
  guest.fixture.map(32, 2, 0);
  CHECK(guest.create());
  CHECK(guest.has({{0, 6}, {16, 3}}));
}

TEST("a change of what is mapped changes the slots that it touches, and no other") {
  Guest guest;
  guest.fixture.map(0, 8);
  guest.fixture.map(16, 4);
  CHECK(guest.create());
  guest.slots.calls = 0;
  CHECK(guest.update() == VMP_OK && guest.slots.calls == 0);

  // A hole cuts a slot in two; filled, it is one again.
  guest.fixture.space->unmap(3 * page, 2 * page, nullptr);
  CHECK(guest.update() == VMP_OK);
  CHECK(guest.has({{0, 3}, {5, 3}, {16, 4}}) && guest.slots.calls == 3);
  guest.fixture.map(3, 2);
  CHECK(guest.update() == VMP_OK);
  CHECK(guest.has({{0, 8}, {16, 4}}) && guest.slots.calls == 6);

  guest.fixture.space->protect(16 * page, 4 * page, 0, nullptr);
  CHECK(guest.update() == VMP_OK && guest.has({{0, 8}}));
  guest.fixture.space->protect(16 * page, 4 * page, VMP_PROTECTION_READ, nullptr);
  CHECK(guest.update() == VMP_OK && guest.has({{0, 8}, {16, 4}}));
  guest.fixture.space->move(16 * page, 4 * page, 40 * page, nullptr);
  CHECK(guest.update() == VMP_OK && guest.has({{0, 8}, {40, 4}}));
}

TEST("a slot that the backend refuses is told, and is tried again") {
  Guest guest;
  guest.fixture.map(0, 2);
  CHECK(guest.create());
  guest.fixture.map(8, 2);
  guest.slots.refused_at = 8 * page;
  CHECK(guest.update() == VMP_ERROR_OUT_OF_MEMORY && std::string(guest.error.code) == "FULL");
  CHECK(guest.has({{0, 2}}));
  guest.slots.refused_at = ~uint64_t{0};
  CHECK(guest.update() == VMP_OK && guest.has({{0, 2}, {8, 2}}));

  Guest other;
  other.fixture.map(0, 2);
  other.slots.refused_at = 0;
  CHECK(!other.create() && std::string(other.error.code) == "FULL");
}
