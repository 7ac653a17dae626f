#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "check.h"
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

// A file of the host without a name.
struct HostFile {
  explicit HostFile(uint64_t pages) : descriptor(memfd_create("mapped", MFD_CLOEXEC)) {
    CHECK(ftruncate(descriptor, static_cast<off_t>(pages * page)) == 0);
  }
  ~HostFile() { close(descriptor); }
  const int descriptor;
};

}  // namespace

TEST("after a fork each side has its own pages, in both directions") {
  Fixture f(16);
  CHECK(f.map(0, 4) == VMP_OK);
  for (uint64_t at = 0; at < 4; ++at) put(*f.space, at * page, 100 + at);
  Space child = f.fork(*f.space);
  CHECK(f.allocated() == 4);
  put(*f.space, 0, 1);
  put(*child, page, 2);
  CHECK(get(*child, 0) == 100 && get(*f.space, page) == 101);
  CHECK(get(*f.space, 0) == 1 && get(*child, page) == 2);
  CHECK(get(*child, 3 * page) == 103 && f.allocated() == 6);
  child.reset();
  CHECK(f.allocated() == 4);
  f.space.reset();
  CHECK(f.allocated() == 0);
}

TEST("generations share what none of them has written, in any order of their ends") {
  Fixture f(32, 64, 32);
  CHECK(f.map(0, 8) == VMP_OK);
  std::vector<Space> generations;
  generations.push_back(std::move(f.space));
  for (uint64_t generation = 1; generation < 5; ++generation) {
    generations.push_back(f.fork(*generations.back()));
    put(*generations.back(), generation * page, generation);
  }
  CHECK(f.allocated() == 8 + 4);
  for (uint64_t generation = 0; generation < 5; ++generation) {
    for (uint64_t at = 1; at < 5; ++at) CHECK(get(*generations[generation], at * page) == (at <= generation ? at : 0));
  }
  for (uint64_t gone : {2, 0, 4, 1}) {
    generations[gone].reset();
    CHECK(get(*generations[3], 3 * page) == 3 && get(*generations[3], page) == 1);
    CHECK(f.is_balanced(32));
  }
  CHECK(f.allocated() == 8);
  generations.clear();
  CHECK(f.allocated() == 0 && f.is_balanced(32));
}

TEST("the last user of a page writes to it in place") {
  Fixture f(16, 64, 16);
  CHECK(f.map(0, 8) == VMP_OK);
  f.fork(*f.space).reset();
  for (uint64_t at = 0; at < 8; ++at) put(*f.space, at * page, at);
  CHECK(f.allocated() == 8);
  vmp_area area{};
  CHECK(f.space->find(0, &area) == VMP_OK && area.size == 8 * page);
  // The machine is full: only what needs no copy can be done.
  CHECK(f.map(32, 8) == VMP_OK);
  Space child = f.fork(*f.space);
  uint64_t value = 9;
  CHECK(f.space->write(0, &value, 8) == 0);
  child.reset();
  CHECK(f.space->write(0, &value, 8) == 8 && get(*f.space, 0) == 9);
}

TEST("shared areas stay common to both sides, private ones of one page table do not") {
  Fixture f(16);
  CHECK(f.map(0, 2, read_write, VMP_MAP_SHARED) == VMP_OK);
  CHECK(f.map(2, 2, 0, VMP_MAP_SHARED) == VMP_OK);  // not accessible yet, and common nevertheless
  CHECK(f.map(4, 1) == VMP_OK);
  Space child = f.fork(*f.space);
  Space grandchild = f.fork(*child);
  put(*f.space, 8, 7);
  put(*grandchild, page, 8);
  put(*f.space, 4 * page, 9);
  CHECK(get(*child, 8) == 7 && get(*grandchild, 8) == 7 && get(*f.space, page) == 8 && get(*child, 4 * page) == 0);
  for (auto *space : {f.space.get(), grandchild.get()})
    CHECK(space->protect(2 * page, 2 * page, read_write, nullptr) == VMP_OK);
  put(*f.space, 3 * page, 5);
  CHECK(get(*grandchild, 3 * page) == 5);
  f.space.reset();
  child.reset();
  CHECK(get(*grandchild, 3 * page) == 5 && f.allocated() == 5);
  grandchild.reset();
  CHECK(f.allocated() == 0);
}

TEST("a mapped file is the file, also after a fork, and ends where it ends") {
  Fixture f(4);
  HostFile file(3);
  CHECK(f.space->map_file(8 * page, 4 * page, read_write, 0, file.descriptor, page, nullptr) == VMP_OK);
  CHECK(f.allocated() == 0);
  put(*f.space, 8 * page, 42);
  uint64_t value = 0;
  CHECK(pread(file.descriptor, &value, 8, page) == 8 && value == 42);
  Space child = f.fork(*f.space);
  put(*child, 9 * page, 43);
  CHECK(get(*f.space, 9 * page) == 43);
  CHECK(f.space->read(10 * page, &value, 8) == 0 && f.space->write(10 * page, &value, 8) == 0);
  CHECK(f.space->resolve(10 * page, VMP_PROTECTION_READ, nullptr) == vmp::AddressSpace::Resolution::refused);
  CHECK(f.space->populate(8 * page, &value, 8, nullptr) == VMP_ERROR_FAULT);
  CHECK(f.space->move(8 * page, 2 * page, 20 * page, nullptr) == VMP_OK && get(*f.space, 21 * page) == 43);
  vmp_error error = vmp::make_error();
  int pipe_ends[2];
  CHECK(pipe(pipe_ends) == 0);
  CHECK(f.space->map_file(0, page, read_write, 0, pipe_ends[0], 0, &error) == VMP_ERROR_INVALID_ARGUMENT);
  CHECK(f.space->map_file(0, page, read_write, 0, file.descriptor, 1, &error) == VMP_ERROR_INVALID_ARGUMENT);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST(
    "a guest cannot take the host's descriptors by mapping files: they are limited, and given back with the mappings") {
  rlimit before{};
  CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit few{256, before.rlim_max};
  Fixture f(4);
  HostFile file(1);
  CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
  vmp_error error = vmp::make_error();
  uint64_t mapped = 0;
  while (mapped < 300 && f.space->map_file(mapped * page, page, read_write, 0, file.descriptor, 0, &error) == VMP_OK) {
    ++mapped;
  }
  const int other = dup(file.descriptor);
  CHECK(mapped == few.rlim_cur / 4 && error.status == VMP_ERROR_OUT_OF_MEMORY && other >= 0);
  close(other);
  CHECK(f.space->unmap(0, mapped * page, nullptr) == VMP_OK);
  CHECK(f.space->map_file(0, page, read_write, 0, file.descriptor, 0, &error) == VMP_OK);
  CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
}

TEST("a move takes contents, protection and what is shared along, and frees what was there") {
  Fixture f(16, 64, 16);
  CHECK(f.map(0, 4) == VMP_OK && f.map(10, 4) == VMP_OK);
  for (uint64_t at = 0; at < 4; ++at) put(*f.space, at * page, 50 + at);
  CHECK(f.space->protect(2 * page, page, VMP_PROTECTION_READ, nullptr) == VMP_OK);
  Space child = f.fork(*f.space);
  CHECK(f.space->move(page, 3 * page, 11 * page, nullptr) == VMP_OK);
  CHECK(get(*f.space, 11 * page) == 51 && get(*f.space, 12 * page) == 52 && get(*f.space, 0) == 50);
  uint64_t value = 1;
  CHECK(f.space->read(page, &value, 8) == 0 && f.space->write(12 * page, &value, 8) == 0);
  put(*f.space, 11 * page, 99);
  CHECK(get(*child, page) == 51 && get(*child, 12 * page) == 0);
  CHECK(f.is_balanced(16));
  child.reset();
  CHECK(f.allocated() == 5 && f.is_balanced(16));
  CHECK(f.space->move(0, 2 * page, 40 * page, nullptr) == VMP_ERROR_NOT_FOUND && get(*f.space, 0) == 50);
  CHECK(f.space->move(10 * page, 2 * page, 11 * page, nullptr) == VMP_ERROR_INVALID_ARGUMENT);
  CHECK(f.space->move(10 * page, 4 * page, 14 * page, nullptr) == VMP_OK && get(*f.space, 15 * page) == 99);
  f.space.reset();
  CHECK(f.allocated() == 0 && f.is_balanced(16));
}

TEST("lazy memory is taken where it is accessed, and a limit holds at that access") {
  Fixture f(256, 1 << 12, 40);
  CHECK(f.map(0, 1000, read_write, VMP_MAP_LAZY) == VMP_OK && f.allocated() == 0);
  CHECK(get(*f.space, 100 * page) == 0);
  const uint64_t step = f.allocated();
  CHECK(step > 0 && step <= 16);
  put(*f.space, 200 * page, 1);
  CHECK(f.allocated() == 2 * step && f.is_balanced(40));
  vmp_error error = vmp::make_error();
  auto resolved = vmp::AddressSpace::Resolution::ready;
  for (uint64_t at = 300; resolved == vmp::AddressSpace::Resolution::ready && at < 900; at += 16)
    resolved = f.space->resolve(at * page, VMP_PROTECTION_WRITE, &error);
  CHECK(resolved == vmp::AddressSpace::Resolution::out_of_memory && f.run->stopping && f.run->stop_limit == "memory");
  CHECK(std::string(error.message).find(std::to_string(40 * page)) != std::string::npos);
  CHECK(f.is_balanced(40));
  Space child = f.fork(*f.space);
  CHECK(get(*child, 200 * page) == 1);
  f.space.reset();
  child.reset();
  CHECK(f.allocated() == 0 && f.is_balanced(40));
}

TEST("lazy memory that can only be written can be read, as any other that can be written") {
  Fixture f(64);
  CHECK(f.map(0, 32, VMP_PROTECTION_WRITE, VMP_MAP_LAZY) == VMP_OK);
  CHECK(f.map(32, 1, VMP_PROTECTION_WRITE) == VMP_OK);
  CHECK(get(*f.space, 0) == 0 && get(*f.space, 32 * page) == 0);
}

TEST("what was prepared is readable and writable for the host's kernel, and only where the guest may") {
  Fixture f(64);
  CHECK(f.map(0, 4) == VMP_OK && f.map(4, 20, read_write, VMP_MAP_LAZY) == VMP_OK);
  CHECK(f.map(24, 1, VMP_PROTECTION_READ) == VMP_OK);
  put(*f.space, page, 77);
  Space child = f.fork(*f.space);
  HostFile file(32);
  uint8_t *base = child->layout()->base;
  child->prepare(page + 4, 22 * page, VMP_PROTECTION_WRITE);
  CHECK(pread(file.descriptor, base + page + 4, 22 * page, 0) == static_cast<ssize_t>(22 * page));
  CHECK(get(*f.space, page) == 77);
  base = f.space->layout()->base;
  f.space->prepare(0, 25 * page, VMP_PROTECTION_READ);
  CHECK(pwrite(file.descriptor, base, 25 * page, 0) == static_cast<ssize_t>(25 * page));
  f.space->prepare(24 * page, page, VMP_PROTECTION_WRITE);
  CHECK(pread(file.descriptor, base + 24 * page, page, 0) < 0);
  f.space->prepare(~uint64_t{0}, 1, VMP_PROTECTION_WRITE);
  f.space->prepare(63 * page, ~uint64_t{0}, VMP_PROTECTION_WRITE);
}

TEST("populating after a fork does not reach the other side") {
  Fixture f(16);
  constexpr uint32_t code = VMP_PROTECTION_READ | VMP_PROTECTION_EXECUTE;
  CHECK(f.map(0, 2, code) == VMP_OK && f.map(2, 2, code, VMP_MAP_LAZY) == VMP_OK);
  CHECK(f.space->populate(page - 2, "code", 4, nullptr) == VMP_OK);
  Space child = f.fork(*f.space);
  CHECK(child->populate(page - 2, "CODE", 4, nullptr) == VMP_OK);
  CHECK(child->populate(3 * page - 2, "lazy", 4, nullptr) == VMP_OK);
  char text[5] = {};
  CHECK(f.space->read(page - 2, text, 4) == 4 && std::string(text) == "code");
  CHECK(child->read(page - 2, text, 4) == 4 && std::string(text) == "CODE");
  CHECK(child->read(3 * page - 2, text, 4) == 4 && std::string(text) == "lazy");
  CHECK(get(*f.space, 3 * page - 8) == 0);
}

TEST("threads of both sides of a fork resolve at once, each its own side's pages") {
  constexpr uint64_t pages = 512;
  for (int round = 0; round < 4; ++round) {
    Fixture f(6 * pages, 4 * pages, 6 * pages);
    CHECK(f.map(0, pages) == VMP_OK && f.map(pages, pages, read_write, VMP_MAP_LAZY) == VMP_OK);
    for (uint64_t at = 0; at < pages; ++at) put(*f.space, at * page, at);
    Space child = f.fork(*f.space);
    std::vector<std::thread> threads;
    for (uint64_t number = 1; number <= 4; ++number) {
      threads.emplace_back([&, number] {
        vmp::AddressSpace &space = number % 2 != 0 ? *f.space : *child;
        // Two threads a space, at the same pages, from opposite ends.
        for (uint64_t step = 0; step < 2 * pages; ++step) {
          const uint64_t at = number <= 2 ? step : 2 * pages - 1 - step;
          space.write(at * page + number * 8, &number, sizeof number);
        }
      });
    }
    for (auto &thread : threads) thread.join();
    for (uint64_t at = 0; at < 2 * pages; ++at) {
      for (uint64_t number = 1; number <= 4; ++number) {
        CHECK(get(*f.space, at * page + number * 8) == (number % 2 != 0 ? number : 0));
        CHECK(get(*child, at * page + number * 8) == (number % 2 != 0 ? 0 : number));
      }
      CHECK(get(*child, at * page) == (at < pages ? at : 0));
    }
    CHECK(f.allocated() == 4 * pages && f.is_balanced(6 * pages));
    std::thread one([&] { child.reset(); });
    std::thread other([&] { f.space.reset(); });
    one.join();
    other.join();
    CHECK(f.allocated() == 0 && f.is_balanced(6 * pages));
  }
}

TEST("a file's mapping is not made writable where the file is open to be read alone") {
  Fixture f(4);
  HostFile file(1);
  const int readable = open(("/proc/self/fd/" + std::to_string(file.descriptor)).c_str(), O_RDONLY | O_CLOEXEC);
  CHECK(f.space->map_file(0, page, VMP_PROTECTION_READ, 0, readable, 0, nullptr) == VMP_OK);
  close(readable);
  CHECK(f.space->protect(0, page, read_write, nullptr) == VMP_ERROR_DENIED);
  CHECK(get(*f.space, 0) == 0);
}
