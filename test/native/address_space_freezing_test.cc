// Snapshots of address spaces: freezing, going on from there, and undoing what was written.
#include <unistd.h>

#include <vector>

#include "check.h"
#include "core/machine/private_pages.h"
#include "space_fixture.h"

namespace {

using check::Fixture;
using check::page;
using check::read_write;

using Space = std::unique_ptr<vmp::AddressSpace>;

uint64_t get(vmp::AddressSpace &space, uint64_t at) {
  uint64_t value = 0xdead;
  CHECK(space.read(at, &value, sizeof value) == sizeof value);
  return value;
}

void put(vmp::AddressSpace &space, uint64_t at, uint64_t value) {
  CHECK(space.write(at, &value, sizeof value) == sizeof value);
}

// A snapshot of some spaces of one machine.
struct Images {
  explicit Images(Fixture &f) : frozen(std::make_shared<vmp::FrozenMemory>(f.memory)) {}
  const vmp::SpaceImage &add(vmp::AddressSpace &space) {
    vmp_error error = vmp::make_error();
    CHECK(space.settle(&error) == VMP_OK);
    CHECK(space.freeze(images.emplace_back(), frozen, shared, &error) == VMP_OK);
    return images.back();
  }
  std::shared_ptr<vmp::FrozenMemory> frozen;
  vmp::SharedPages shared;
  std::vector<vmp::SpaceImage> images;
};

void adopt(vmp::AddressSpace &space, const vmp::SpaceImage &image, bool copies = false) {
  vmp::SharedPages shared;
  vmp_error error = vmp::make_error();
  CHECK(space.adopt(image, shared, copies, &error) == VMP_OK);
}

void revert(vmp::AddressSpace &space, const vmp::SpaceImage &image) {
  vmp::SharedPages shared;
  vmp_error error = vmp::make_error();
  bool changes_code = false;
  CHECK(space.revert(image, shared, false, changes_code, &error) == VMP_OK);
  CHECK(!changes_code);
}

}  // namespace

TEST("a page of a private mapping is found once it was written to") {
  Fixture f(64);
  CHECK(f.map(0, 64) == VMP_OK);
  put(*f.space, 0, 1);
  Images snapshot(f);
  snapshot.add(*f.space);
  CHECK(get(*f.space, 0) == 1);
  const auto found = [&] {
    std::vector<std::pair<uint64_t, uint64_t>> runs;
    CHECK(vmp::find_private_pages(f.space->layout()->base, 64 * page, [&](uint8_t *at, uint64_t bytes) {
      runs.emplace_back(static_cast<uint64_t>(at - f.space->layout()->base) / page, bytes / page);
    }));
    return runs;
  };
  CHECK(found().empty());
  put(*f.space, 3 * page, 1);
  put(*f.space, 10 * page, 1);
  put(*f.space, 11 * page, 1);
  const auto runs = found();
  const std::vector<std::pair<uint64_t, uint64_t>> written = {{3, 1}, {10, 2}};
  CHECK(runs == written);
}

TEST("a snapshot stays as it was whatever its source and its forks write") {
  Fixture f(16), other(16);
  CHECK(f.map(0, 4) == VMP_OK);
  for (uint64_t at = 0; at < 4; ++at) put(*f.space, at * page, 100 + at);
  Images snapshot(f);
  const auto &image = snapshot.add(*f.space);
  adopt(*other.space, image);
  put(*f.space, 0, 1);
  put(*other.space, page, 2);
  CHECK(get(*f.space, page) == 101 && get(*other.space, 0) == 100);
  Fixture third(16);
  adopt(*third.space, image);
  for (uint64_t at = 0; at < 4; ++at) CHECK(get(*third.space, at * page) == 100 + at);
  // Private writes take nothing of the machine's memory file: they count already.
  CHECK(f.allocated() == 4 && other.allocated() == 0);
}

TEST("reverting undoes writes, mappings and protections, again and again") {
  Fixture f(64);
  CHECK(f.map(0, 8) == VMP_OK);
  CHECK(f.map(16, 2, VMP_PROTECTION_READ) == VMP_OK);
  CHECK(f.map(32, 16, read_write, VMP_MAP_LAZY) == VMP_OK);
  put(*f.space, 0, 7);
  put(*f.space, 32 * page, 9);
  Images snapshot(f);
  const auto &image = snapshot.add(*f.space);
  const uint64_t before = f.allocated();
  for (uint64_t turn = 0; turn < 3; ++turn) {
    put(*f.space, 0, turn);
    put(*f.space, 5 * page, turn);
    put(*f.space, 47 * page, turn);
    CHECK(f.space->unmap(2 * page, page, nullptr) == VMP_OK);
    CHECK(f.space->protect(16 * page, 2 * page, read_write, nullptr) == VMP_OK);
    put(*f.space, 16 * page, 1);
    CHECK(f.space->protect(16 * page, 2 * page, VMP_PROTECTION_READ, nullptr) == VMP_OK);
    CHECK(f.map(20, 4) == VMP_OK);
    CHECK(f.space->move(4 * page, 2 * page, 60 * page, nullptr) == VMP_OK);
    CHECK(get(*f.space, 61 * page) == turn);
    revert(*f.space, image);
    CHECK(get(*f.space, 0) == 7 && get(*f.space, 2 * page) == 0 && get(*f.space, 5 * page) == 0);
    CHECK(get(*f.space, 16 * page) == 0 && get(*f.space, 32 * page) == 9 && get(*f.space, 47 * page) == 0);
    uint64_t value;
    CHECK(f.space->read(20 * page, &value, sizeof value) == 0);
    CHECK(f.space->read(60 * page, &value, sizeof value) == 0);
    uint64_t one = 1;
    CHECK(f.space->write(16 * page, &one, sizeof one) == 0);
  }
  // What lazy areas got since is given back by the next turn's revert at the latest.
  revert(*f.space, image);
  CHECK(f.allocated() <= before + 16);
}

TEST("a change of protection keeps what a private mapping holds") {
  Fixture f(16);
  CHECK(f.map(0, 4) == VMP_OK);
  Images snapshot(f);
  snapshot.add(*f.space);
  put(*f.space, page, 5);
  CHECK(f.space->protect(0, 4 * page, VMP_PROTECTION_READ, nullptr) == VMP_OK);
  CHECK(get(*f.space, page) == 5);
  CHECK(f.space->protect(0, 4 * page, 0, nullptr) == VMP_OK);
  CHECK(f.space->protect(page, page, read_write, nullptr) == VMP_OK);
  CHECK(get(*f.space, page) == 5);
}

TEST("a process that is forked after a snapshot sees what was written before, and each side its own from then on") {
  Fixture f(32);
  CHECK(f.map(0, 4) == VMP_OK);
  put(*f.space, 0, 1);
  put(*f.space, page, 2);
  Images snapshot(f);
  const auto &image = snapshot.add(*f.space);
  put(*f.space, 0, 10);
  CHECK(f.space->protect(0, page, 0, nullptr) == VMP_OK);  // also what cannot be read now
  Space child = f.fork(*f.space);
  CHECK(child->protect(0, page, read_write, nullptr) == VMP_OK);
  CHECK(f.space->protect(0, page, read_write, nullptr) == VMP_OK);
  CHECK(get(*child, 0) == 10 && get(*child, page) == 2);
  put(*f.space, 0, 11);
  put(*f.space, page, 12);
  put(*child, 2 * page, 13);
  CHECK(get(*child, 0) == 10 && get(*child, page) == 2 && get(*f.space, 2 * page) == 0);
  child.reset();
  revert(*f.space, image);
  CHECK(get(*f.space, 0) == 1 && get(*f.space, page) == 2);
}

TEST("what a forked child writes is charged to the run") {
  Fixture f(64, 64, 24);
  CHECK(f.map(0, 16) == VMP_OK);
  put(*f.space, 0, 1);
  Images snapshot(f);
  snapshot.add(*f.space);
  Space child = f.fork(*f.space);
  uint64_t value = 1, written = 0;
  for (uint64_t at = 0; at < 16; ++at) written += child->write(at * page, &value, sizeof value) != 0 ? 1 : 0;
  CHECK(written == 8);  // 16 pages count already
}

TEST("spaces that share pages share them in the machine that goes on from a snapshot, and with no other") {
  Fixture f(64), other(64);
  CHECK(f.map(0, 4, read_write, VMP_MAP_SHARED) == VMP_OK);
  CHECK(f.map(8, 1) == VMP_OK);
  put(*f.space, page, 3);
  Space child = f.fork(*f.space);
  Images snapshot(f);
  snapshot.add(*f.space);
  snapshot.add(*child);
  put(*f.space, page, 4);
  CHECK(get(*child, page) == 4);
  {
    Fixture fork(64);
    Space second = fork.fork(*fork.space);
    vmp::SharedPages shared;
    CHECK(fork.space->adopt(snapshot.images[0], shared, false, nullptr) == VMP_OK);
    CHECK(second->adopt(snapshot.images[1], shared, false, nullptr) == VMP_OK);
    CHECK(get(*second, page) == 3);
    put(*second, page, 5);
    CHECK(get(*fork.space, page) == 5 && get(*f.space, page) == 4);
    second.reset();
    fork.space.reset();
    CHECK(fork.allocated() == 0);
  }
}

TEST("a snapshot of what goes on from a snapshot has the writes of both") {
  Fixture f(64);
  CHECK(f.map(0, 8) == VMP_OK);
  put(*f.space, 0, 1);
  Images first(f);
  const auto &before = first.add(*f.space);
  put(*f.space, page, 2);
  Images second(f);
  const auto &after = second.add(*f.space);
  put(*f.space, 0, 9);
  put(*f.space, page, 9);
  put(*f.space, 2 * page, 9);
  revert(*f.space, after);
  CHECK(get(*f.space, 0) == 1 && get(*f.space, page) == 2 && get(*f.space, 2 * page) == 0);
  revert(*f.space, before);
  CHECK(get(*f.space, 0) == 1 && get(*f.space, page) == 0);
}

TEST("a fork that copies shares nothing with the snapshot, and shows its memory in its own file") {
  Fixture f(16), other(16);
  CHECK(f.map(0, 4) == VMP_OK);
  put(*f.space, 2 * page, 6);
  Images snapshot(f);
  const auto &image = snapshot.add(*f.space);
  adopt(*other.space, image, true);
  CHECK(other.allocated() == 4 && get(*other.space, 2 * page) == 6);
  put(*other.space, 0, 8);
  uint64_t value = 0;
  std::memcpy(&value, other.memory->alias(0), sizeof value);
  CHECK(value == 8);
}

TEST("the pages of a snapshot are free once it and all that went on from it are gone") {
  Fixture f(16), other(16);
  CHECK(f.map(0, 4) == VMP_OK);
  put(*f.space, 0, 1);
  {
    Images snapshot(f);
    adopt(*other.space, snapshot.add(*f.space));
  }
  f.space.reset();
  CHECK(f.allocated() == 4 && get(*other.space, 0) == 1);
  other.space.reset();
  CHECK(f.allocated() == 0);
}

TEST("a program is loaded over pages of a snapshot") {
  Fixture f(16);
  CHECK(f.map(0, 4, VMP_PROTECTION_READ) == VMP_OK);
  Images snapshot(f);
  const auto &image = snapshot.add(*f.space);
  const uint64_t value = 77;
  CHECK(f.space->populate(page + 8, &value, sizeof value, nullptr) == VMP_OK);
  CHECK(get(*f.space, page + 8) == 77);
  revert(*f.space, image);
  CHECK(get(*f.space, page + 8) == 0);
}
