#include "core/machine/address_space.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "check.h"
#include "core/machine/fault_guard.h"
#include "space_fixture.h"

namespace {

using check::Fixture;
using check::page;
using check::read_write;

// Mappings that the host gives a process; 0, and the test that asked is skipped, where it gives more than `most`.
uint64_t host_mappings(uint64_t most) {
  uint64_t mappings = 0;
  std::ifstream("/proc/sys/vm/max_map_count") >> mappings;
  if (mappings > 0 && mappings <= most) return mappings;
  check::skip("needs /proc/sys/vm/max_map_count of at most " + std::to_string(most));
  return 0;
}

}  // namespace

TEST("mapped pages are zeroed and hold what is written") {
  Fixture f(16);
  CHECK(f.space->map(4 * page, 2 * page, read_write, 0, 7, nullptr) == VMP_OK);
  uint64_t value = 1;
  CHECK(f.space->read(5 * page - 4, &value, 8) == 8 && value == 0);
  value = 0x1122334455667788;
  CHECK(f.space->write(5 * page - 4, &value, 8) == 8);
  uint64_t back = 0;
  std::memcpy(&back, f.space->layout()->base + 5 * page - 4, 8);
  CHECK(back == value);
}

TEST("pages that were given back are zero when they are handed out again") {
  Fixture f(2);
  CHECK(f.space->map(0, 2 * page, read_write, 0, 0, nullptr) == VMP_OK);
  std::memset(f.space->layout()->base, 0xff, 2 * page);
  CHECK(f.space->unmap(0, 2 * page, nullptr) == VMP_OK);
  CHECK(f.allocated() == 0);
  CHECK(f.space->map(page, 2 * page, read_write, 0, 0, nullptr) == VMP_OK);
  uint8_t byte = 1;
  for (uint64_t at = page; at < 3 * page; at += 511) CHECK(f.space->read(at, &byte, 1) == 1 && byte == 0);
}

TEST("the limit of memory is a limit, and a refused mapping changes nothing") {
  Fixture f(4);
  CHECK(f.space->map(0, 3 * page, read_write, 0, 0, nullptr) == VMP_OK);
  std::memset(f.space->layout()->base, 0x5a, 3 * page);
  vmp_error error = vmp::make_error();
  CHECK(f.space->map(page, 2 * page, read_write, 0, 0, &error) == VMP_ERROR_OUT_OF_MEMORY);
  CHECK(std::strcmp(error.code, "VMP_GUEST_MEMORY") == 0);
  uint8_t byte = 0;
  CHECK(f.space->read(2 * page, &byte, 1) == 1 && byte == 0x5a);
  CHECK(f.allocated() == 3);
}

TEST("a reservation takes no memory until it is accessible and accessed") {
  Fixture f(32);
  CHECK(f.space->map(0, 1000 * page, 0, 0, 0, nullptr) == VMP_OK);
  CHECK(f.space->protect(16 * page, 64 * page, read_write, nullptr) == VMP_OK);
  CHECK(f.allocated() == 0);
  uint32_t value = 9;
  CHECK(f.space->write(18 * page, &value, 4) == 4);
  CHECK(f.allocated() > 0 && f.allocated() < 32);
  CHECK(f.space->write(15 * page, &value, 4) == 0);
  // What is left does not do for all of it.
  const std::vector<uint8_t> bytes(64 * page, 1);
  const uint64_t written = f.space->write(16 * page, bytes.data(), bytes.size());
  CHECK(written == 32 * page && f.allocated() == 32);
}

TEST("memory in pieces serves one mapping") {
  Fixture f(6);
  for (uint64_t index = 0; index < 6; ++index)
    CHECK(f.space->map(index * page, page, read_write, 0, index, nullptr) == VMP_OK);
  for (uint64_t index = 0; index < 6; index += 2) CHECK(f.space->unmap(index * page, page, nullptr) == VMP_OK);
  CHECK(f.space->map(100 * page, 3 * page, read_write, 0, 0, nullptr) == VMP_OK);
  for (uint64_t index = 0; index < 3; ++index)
    f.space->layout()->base[(100 + index) * page] = static_cast<uint8_t>(index + 1);
  for (uint64_t index = 0; index < 3; ++index) CHECK(f.space->layout()->base[(100 + index) * page] == index + 1);
  for (uint64_t index = 1; index < 6; index += 2) CHECK(f.space->layout()->base[index * page] == 0);
}

TEST("protection holds for host accesses through the space, and is undone") {
  Fixture f(4);
  CHECK(f.space->map(0, 3 * page, read_write, 0, 0, nullptr) == VMP_OK);
  CHECK(f.space->protect(page, page, VMP_PROTECTION_READ, nullptr) == VMP_OK);
  uint8_t bytes[3 * page];
  std::memset(bytes, 3, sizeof(bytes));
  CHECK(f.space->write(0, bytes, sizeof(bytes)) == page);
  CHECK(f.space->write(page + 5, bytes, 1) == 0);
  CHECK(f.space->read(0, bytes, sizeof(bytes)) == sizeof(bytes));
  CHECK(f.space->protect(page, page, 0, nullptr) == VMP_OK);
  CHECK(f.space->read(0, bytes, sizeof(bytes)) == page);
  CHECK(f.space->protect(0, 3 * page, read_write, nullptr) == VMP_OK);
  CHECK(f.space->write(0, bytes, sizeof(bytes)) == sizeof(bytes));
}

TEST("protecting what is not mapped changes nothing") {
  Fixture f(8);
  CHECK(f.space->map(0, page, read_write, 0, 0, nullptr) == VMP_OK);
  CHECK(f.space->map(2 * page, page, read_write, 0, 0, nullptr) == VMP_OK);
  CHECK(f.space->protect(0, 3 * page, VMP_PROTECTION_READ, nullptr) == VMP_ERROR_NOT_FOUND);
  uint8_t byte = 1;
  CHECK(f.space->write(0, &byte, 1) == 1);
}

TEST("areas are found whole, with neighbours of one kind joined") {
  Fixture f(16);
  CHECK(f.space->map(4 * page, page, read_write, 0, 7, nullptr) == VMP_OK);
  CHECK(f.space->map(5 * page, page, read_write, 0, 7, nullptr) == VMP_OK);
  CHECK(f.space->map(6 * page, page, read_write, 0, 8, nullptr) == VMP_OK);
  vmp_area area{};
  CHECK(f.space->find(0, &area) == VMP_OK && area.address == 4 * page && area.size == 2 * page && area.tag == 7);
  CHECK(f.space->find(5 * page + 1, &area) == VMP_OK && area.address == 4 * page);
  CHECK(f.space->find(6 * page, &area) == VMP_OK && area.tag == 8 && area.protection == read_write);
  CHECK(f.space->find(7 * page, &area) == VMP_ERROR_NOT_FOUND);
}

TEST("ranges outside the space, or that are not pages, are refused") {
  Fixture f(4, 16);
  for (auto [address, size] : {std::pair{15 * page, 2 * page},
                               {16 * page, page},
                               {~uint64_t{0} & ~(page - 1), page},
                               {uint64_t{1}, page},
                               {page, uint64_t{5}},
                               {page, uint64_t{0}}}) {
    CHECK(f.space->map(address, size, read_write, 0, 0, nullptr) == VMP_ERROR_INVALID_ARGUMENT);
    CHECK(f.space->unmap(address, size, nullptr) == VMP_ERROR_INVALID_ARGUMENT);
    CHECK(f.space->protect(address, size, read_write, nullptr) == VMP_ERROR_INVALID_ARGUMENT);
  }
  uint8_t byte;
  CHECK(f.space->read(16 * page, &byte, 1) == 0);
  CHECK(f.space->read(~uint64_t{0}, &byte, 1) == 0);
}

TEST("a string that ends just before an unmapped page is read") {
  Fixture f(4);
  CHECK(f.space->map(0, page, read_write, 0, 0, nullptr) == VMP_OK);
  std::memcpy(f.space->layout()->base + page - 4, "abc", 4);
  char text[64];
  uint64_t length = 0;
  CHECK(f.space->read_string(page - 4, text, sizeof(text), &length) == VMP_OK && length == 3);
  f.space->layout()->base[page - 1] = 'd';
  CHECK(f.space->read_string(page - 4, text, sizeof(text), &length) == VMP_ERROR_FAULT);
  CHECK(f.space->read_string(0, text, 0, &length) == VMP_ERROR_TOO_SMALL);
}

TEST("programs are written where the guest may not, and nowhere else") {
  Fixture f(4);
  CHECK(f.space->map(0, 2 * page, VMP_PROTECTION_READ | VMP_PROTECTION_EXECUTE, 0, 0, nullptr) == VMP_OK);
  uint64_t generation = f.space->layout()->code_generation.load();
  CHECK(f.space->populate(page - 2, "code", 4, nullptr) == VMP_OK);
  CHECK(f.space->layout()->code_generation.load() != generation);
  CHECK(std::memcmp(f.space->layout()->base + page - 2, "code", 4) == 0);
  CHECK(f.space->populate(2 * page - 2, "code", 4, nullptr) == VMP_ERROR_FAULT);
}

TEST("only changes of executable pages make decoded code stale") {
  Fixture f(8);
  uint64_t before = f.space->layout()->code_generation.load();
  CHECK(f.space->map(0, page, read_write, 0, 0, nullptr) == VMP_OK);
  CHECK(f.space->protect(0, page, VMP_PROTECTION_READ, nullptr) == VMP_OK);
  CHECK(f.space->unmap(0, page, nullptr) == VMP_OK);
  CHECK(f.space->layout()->code_generation.load() == before);
  CHECK(f.space->map(0, page, read_write | VMP_PROTECTION_EXECUTE, 0, 0, nullptr) == VMP_OK);
  CHECK(f.space->unmap(0, page, nullptr) == VMP_OK);
  CHECK(f.space->layout()->code_generation.load() != before);
}

TEST("a fault inside the arena comes back with its address and direction") {
  Fixture f(4);
  vmp::FaultGuard guard(f.space->guard_begin(), f.space->guard_size());
  volatile int faults = 0;
  if (sigsetjmp(guard.jump(), 0) == 0) {
    *const_cast<volatile uint8_t *>(f.space->layout()->base + 3 * page + 9) = 1;
  } else {
    faults = 1;
  }
  CHECK(faults == 1);
  CHECK(guard.fault().address == reinterpret_cast<uint64_t>(f.space->layout()->base) + 3 * page + 9);
  CHECK(guard.fault().write);
}

TEST("a guest cannot take the host's mappings: areas are limited over all spaces, and given back with them") {
  constexpr uint64_t pages = 1 << 20;
  const uint64_t most = host_mappings(4 * (pages - 1)) / 4;
  if (most == 0) return;
  Fixture f(4, pages);
  Fixture other(4);
  CHECK(other.space->map(0, 3 * page, read_write, 0, 0, nullptr) == VMP_OK);
  vmp_error error = vmp::make_error();
  uint64_t at = 0;
  while (at < pages && f.space->map(at * page, page, 0, 0, at, &error) == VMP_OK) ++at;
  CHECK(at < most && at + 8 > most);  // a map asks for more room than it may need
  CHECK(error.status == VMP_ERROR_OUT_OF_MEMORY && std::strcmp(error.code, "VMP_MACHINE_FAILED") == 0);
  // Close to the limit only what adds none is done; one more is left than a map may need.
  other.space->protect(0, page, VMP_PROTECTION_READ, nullptr);
  CHECK(other.space->unmap(page, page, nullptr) == VMP_ERROR_OUT_OF_MEMORY || other.allocated() == 2);
  CHECK(f.space->unmap(0, at * page, nullptr) == VMP_OK);
  CHECK(f.space->map(0, page, read_write, 0, 0, nullptr) == VMP_OK);
}

TEST("areas that go on in the same way are one, in whatever order they came to be so") {
  Fixture f(64);
  const auto is_one = [&](uint64_t from, uint64_t pages) {
    vmp_area area{};
    return f.space->find(from * page, &area) == VMP_OK && area.address == from * page && area.size == pages * page;
  };
  CHECK(f.space->map(0, 32 * page, read_write, 0, 0, nullptr) == VMP_OK);
  for (uint64_t at = 32; at-- > 0;) {
    CHECK(f.space->protect(at * page, page, VMP_PROTECTION_READ, nullptr) == VMP_OK);
    CHECK(f.space->protect(at * page, page, read_write, nullptr) == VMP_OK);
  }
  CHECK(is_one(0, 32));
  for (uint64_t at = 60; at-- > 40;) {
    CHECK(f.space->map(at * page, page, read_write, VMP_MAP_LAZY, 0, nullptr) == VMP_OK);
  }
  CHECK(is_one(40, 20));
  uint64_t value = 7;
  CHECK(f.space->write(31 * page, &value, 8) == 8 && f.space->write(59 * page, &value, 8) == 8);
}

// It uses up the process's mappings, which a sanitizer's own allocator does not survive.
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
TEST("when the host refuses a mapping, the old ones stay") {
  const uint64_t mappings = host_mappings(1 << 22);
  if (mappings == 0) return;
  Fixture f(8);
  CHECK(f.space->map(0, 5 * page, read_write, 0, 0, nullptr) == VMP_OK);
  std::memset(f.space->layout()->base, 0x5a, 5 * page);
  const size_t count = mappings + 2;
  auto *filler = static_cast<uint8_t *>(
      mmap(nullptr, count * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  size_t filled = 0;
  while (filled < count && mprotect(filler + filled * page, page, PROT_READ) == 0) filled += 2;
  vmp_status mapped = f.space->map(2 * page, page, VMP_PROTECTION_READ, 0, 0, nullptr);
  vmp_status protected_ = f.space->protect(3 * page, page, VMP_PROTECTION_READ, nullptr);
  uint64_t allocated = f.allocated();
  munmap(filler, count * page);
  CHECK(filled < count);
  CHECK(mapped == VMP_ERROR_OUT_OF_MEMORY && protected_ == VMP_ERROR_OUT_OF_MEMORY);
  CHECK(allocated == 5);
  vmp_area area{};
  CHECK(f.space->find(0, &area) == VMP_OK && area.size == 5 * page && area.protection == read_write);
  uint8_t byte = 0;
  for (uint64_t at = 0; at < 5 * page; at += page) CHECK(f.space->read(at, &byte, 1) == 1 && byte == 0x5a);
}
#endif

TEST("a fault signal that was sent ends the process as it would have") {
  vmp::install_fault_handler();
  for (int number : {SIGSEGV, SIGBUS}) {
    pid_t child = fork();
    if (child == 0) {
      const rlimit no_core{0, 0};
      setrlimit(RLIMIT_CORE, &no_core);
      kill(getpid(), number);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    // A sanitizer's own handler ends it with a report.
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == number) || (WIFEXITED(status) && WEXITSTATUS(status) != 0));
  }
}

TEST("neighbours join whether they come upwards or downwards") {
  Fixture f(64, 64);
  for (uint64_t at = 0; at < 10; ++at) CHECK(f.map(30 - at, 1) == VMP_OK && f.map(40 + at, 1) == VMP_OK);
  vmp_area area{};
  // The page at 30 came before there was anything above it.
  CHECK(f.space->find(0, &area) == VMP_OK && area.address == 21 * page && area.size == 9 * page);
  CHECK(f.space->find(45 * page, &area) == VMP_OK && area.address == 40 * page && area.size == 10 * page);
}

TEST("a call's write ends the run where the machine has no memory for it") {
  Fixture f(4);
  CHECK(f.map(0, 4) == VMP_OK && f.map(8, 1, read_write, VMP_MAP_LAZY) == VMP_OK);
  const uint64_t value = 1;
  CHECK(f.space->write(9 * page, &value, sizeof value) == 0 && !f.run->stopping);
  CHECK(f.space->write(8 * page, &value, sizeof value) == 0 && f.run->stopping);
  CHECK(f.run->stop_limit == "memory");
}
