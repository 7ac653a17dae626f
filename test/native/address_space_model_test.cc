// Random operations on address spaces and their forks, held against a model of plain bytes.
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <random>
#include <utility>
#include <vector>

#include "check.h"
#include "space_fixture.h"

namespace {

using check::Fixture;
using check::page;

constexpr uint64_t space_pages = 96;
constexpr uint64_t memory_pages = 2048;
constexpr uint64_t file_pages = 8;
constexpr size_t most_spaces = 6;

struct Page {
  uint32_t protection = 0;
  bool is_common = false;  // stays the same bytes over a fork
  bool is_file = false;
  std::shared_ptr<std::vector<uint8_t>> bytes;  // NULL: not mapped

  bool allows(uint32_t access) const {
    const uint32_t allowed = protection != 0 ? protection | VMP_PROTECTION_READ : 0;
    return bytes != nullptr && (allowed & access) == access;
  }
};

struct Side {
  std::unique_ptr<vmp::AddressSpace> space;
  std::array<Page, space_pages> pages;
};

class Model {
 public:
  explicit Model(uint32_t seed) : fixture_(memory_pages, space_pages, memory_pages), random_(seed) {
    file_ = memfd_create("model", MFD_CLOEXEC);
    CHECK(ftruncate(file_, file_pages * page) == 0);
    for (auto &bytes : file_bytes_) bytes = fresh();
    sides_.push_back({std::move(fixture_.space), {}});
  }
  ~Model() { close(file_); }

  void step() {
    Side &side = sides_[below(sides_.size())];
    const uint64_t at = below(space_pages);
    const uint64_t count = 1 + below(std::min<uint64_t>(12, space_pages - at));
    switch (below(16)) {
      case 0:
      case 1:
      case 2:
        return map(side, at, count);
      case 3:
        return map_file(side, at, std::min(count, file_pages));
      case 4:
        return unmap(side, at, count);
      case 5:
      case 6:
        return protect(side, at, count);
      case 7:
        return move(side, at, count);
      case 8:
        return fork_or_end();
      case 9:
        return prepare(side, at, count);
      case 10:
        return populate(side, at);
      default:
        return below(2) == 0 ? write(side) : read(side);
    }
  }

  void finish() {
    for (auto &side : sides_) {
      for (uint64_t at = 0; at < space_pages; ++at) compare(side, at * page, page);
    }
    sides_.clear();
    CHECK(fixture_.allocated() == 0 && fixture_.is_balanced(memory_pages));
  }

 private:
  uint64_t below(uint64_t bound) { return random_() % bound; }
  static std::shared_ptr<std::vector<uint8_t>> fresh() { return std::make_shared<std::vector<uint8_t>>(page, 0); }
  uint32_t any_protection() {
    constexpr uint32_t some[] = {0, 1, 3, 3, 3, 3, 5, 7, 2};
    return some[below(std::size(some))];
  }
  bool all_mapped(const Side &side, uint64_t at, uint64_t count) {
    for (uint64_t number = at; number < at + count; ++number) {
      if (side.pages[number].bytes == nullptr) return false;
    }
    return true;
  }

  void map(Side &side, uint64_t at, uint64_t count) {
    const uint32_t protection = any_protection();
    const uint32_t flags = static_cast<uint32_t>(below(4) == 0 ? VMP_MAP_SHARED : below(2) == 0 ? VMP_MAP_LAZY : 0);
    CHECK(side.space->map(at * page, count * page, protection, flags, 0, nullptr) == VMP_OK);
    for (uint64_t number = at; number < at + count; ++number)
      side.pages[number] = {protection, (flags & VMP_MAP_SHARED) != 0, false, fresh()};
  }

  void map_file(Side &side, uint64_t at, uint64_t count) {
    const uint64_t first = below(file_pages - count + 1);
    const uint32_t protection = any_protection();
    CHECK(side.space->map_file(at * page, count * page, protection, 0, file_, first * page, nullptr) == VMP_OK);
    for (uint64_t index = 0; index < count; ++index)
      side.pages[at + index] = {protection, true, true, file_bytes_[first + index]};
  }

  void unmap(Side &side, uint64_t at, uint64_t count) {
    CHECK(side.space->unmap(at * page, count * page, nullptr) == VMP_OK);
    for (uint64_t number = at; number < at + count; ++number) side.pages[number] = {};
  }

  void protect(Side &side, uint64_t at, uint64_t count) {
    const uint32_t protection = any_protection();
    const bool is_mapped = all_mapped(side, at, count);
    CHECK(side.space->protect(at * page, count * page, protection, nullptr) ==
          (is_mapped ? VMP_OK : VMP_ERROR_NOT_FOUND));
    if (!is_mapped) return;
    for (uint64_t number = at; number < at + count; ++number) side.pages[number].protection = protection;
  }

  void move(Side &side, uint64_t at, uint64_t count) {
    const uint64_t to = below(space_pages - count + 1);
    const bool overlaps = to < at + count && at < to + count;
    const vmp_status wanted = overlaps                      ? VMP_ERROR_INVALID_ARGUMENT
                              : all_mapped(side, at, count) ? VMP_OK
                                                            : VMP_ERROR_NOT_FOUND;
    CHECK(side.space->move(at * page, count * page, to * page, nullptr) == wanted);
    if (wanted != VMP_OK) return;
    for (uint64_t index = 0; index < count; ++index) side.pages[to + index] = std::exchange(side.pages[at + index], {});
  }

  void fork_or_end() {
    const uint64_t chosen = below(sides_.size());
    if (sides_.size() == most_spaces || (sides_.size() > 1 && below(3) == 0)) {
      sides_.erase(sides_.begin() + static_cast<ptrdiff_t>(chosen));
      return;
    }
    Side child{fixture_.fork(*sides_[chosen].space), sides_[chosen].pages};
    for (Page &each : child.pages) {
      if (each.bytes != nullptr && !each.is_common) each.bytes = std::make_shared<std::vector<uint8_t>>(*each.bytes);
    }
    sides_.push_back(std::move(child));
  }

  // The host's kernel writes, and then reads, directly.
  void prepare(Side &side, uint64_t at, uint64_t count) {
    const uint64_t start = at * page + below(page);
    const uint64_t size = 1 + below(count * page - start % page);
    uint64_t writable = 0;
    while (writable < size && side.pages[(start + writable) / page].allows(VMP_PROTECTION_WRITE)) ++writable;
    if (writable != size) return;
    const std::vector<uint8_t> bytes = random_bytes(size);
    int ends[2];
    CHECK(pipe(ends) == 0);
    uint64_t done = 0;
    while (done < size) {
      const uint64_t part = std::min<uint64_t>(size - done, 32768);
      side.space->prepare(start + done, part, VMP_PROTECTION_WRITE);
      CHECK(::write(ends[1], bytes.data() + done, part) == static_cast<ssize_t>(part));
      CHECK(::read(ends[0], side.space->layout()->base + start + done, part) == static_cast<ssize_t>(part));
      done += part;
    }
    close(ends[0]);
    close(ends[1]);
    keep(side, start, bytes, size);
  }

  void populate(Side &side, uint64_t at) {
    const Page &target = side.pages[at];
    if (target.bytes == nullptr || target.is_file || target.protection == 0) return;
    const uint64_t start = at * page + below(page);
    const std::vector<uint8_t> bytes = random_bytes(1 + below((at + 1) * page - start));
    CHECK(side.space->populate(start, bytes.data(), bytes.size(), nullptr) == VMP_OK);
    keep(side, start, bytes, bytes.size());
  }

  void write(Side &side) {
    const uint64_t start = below(space_pages * page);
    const std::vector<uint8_t> bytes = random_bytes(1 + below(std::min(3 * page, space_pages * page - start)));
    uint64_t writable = 0;
    while (writable < bytes.size() && side.pages[(start + writable) / page].allows(VMP_PROTECTION_WRITE)) ++writable;
    CHECK(side.space->write(start, bytes.data(), bytes.size()) == writable);
    keep(side, start, bytes, writable);
  }

  void read(Side &side) {
    const uint64_t start = below(space_pages * page);
    compare(side, start, 1 + below(std::min(5 * page, space_pages * page - start)));
  }

  void compare(Side &side, uint64_t start, uint64_t size) {
    std::vector<uint8_t> got(size);
    uint64_t readable = 0;
    while (readable < size && side.pages[(start + readable) / page].allows(VMP_PROTECTION_READ)) ++readable;
    CHECK(side.space->read(start, got.data(), size) == readable);
    uint64_t same = 0;
    while (same < readable && (*side.pages[(start + same) / page].bytes)[(start + same) % page] == got[same]) ++same;
    CHECK(same == readable);
  }

  std::vector<uint8_t> random_bytes(uint64_t size) {
    std::vector<uint8_t> bytes(size);
    uint64_t state = random_();
    for (auto &byte : bytes)
      byte = static_cast<uint8_t>((state = state * 6364136223846793005u + 1442695040888963407u) >> 56);
    return bytes;
  }

  void keep(Side &side, uint64_t start, const std::vector<uint8_t> &bytes, uint64_t count) {
    for (uint64_t index = 0; index < count; ++index)
      (*side.pages[(start + index) / page].bytes)[(start + index) % page] = bytes[index];
  }

  Fixture fixture_;
  std::mt19937 random_;
  int file_;
  std::array<std::shared_ptr<std::vector<uint8_t>>, file_pages> file_bytes_;
  std::vector<Side> sides_;
};

}  // namespace

TEST("random operations on spaces and their forks do what they do to plain bytes") {
  for (uint32_t seed = 1; seed <= 8; ++seed) {
    const bool failed_before = check::failed;
    Model model(seed);
    for (int step = 0; step < 5000 && check::failed == failed_before; ++step) model.step();
    model.finish();
    if (check::failed == failed_before) continue;
    std::printf("# with seed %u\n", seed);
    return;
  }
}
