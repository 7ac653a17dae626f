#include "core/machine/private_pages.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "vm_plugin/memory.h"

namespace vmp {
namespace {

// PAGEMAP_SCAN (Linux 6.7, Documentation/admin-guide/mm/pagemap.rst), which older headers do not have.
struct Region {
  uint64_t start, end, categories;
};
struct ScanRequest {
  uint64_t size, flags, start, end, walk_end, regions, region_count, most_pages;
  uint64_t inverted, all_of, any_of, returned;
};
constexpr unsigned long scan_request = _IOWR('f', 16, ScanRequest);
constexpr uint64_t is_file = 1 << 2, is_present = 1 << 3, is_swapped = 1 << 4;

// Entries of the file itself.
constexpr uint64_t entry_present = uint64_t{1} << 63, entry_swapped = uint64_t{1} << 62, entry_file = uint64_t{1} << 61;

int page_map() {
  static const int descriptor = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  return descriptor;
}

enum class Scan { done, unsupported, failed };

Scan scan(uint8_t *begin, uint64_t size, const std::function<void(uint8_t *, uint64_t)> &found) {
  std::array<Region, 128> regions;
  uint64_t at = reinterpret_cast<uint64_t>(begin);
  const uint64_t end = at + size;
  while (at < end) {
    ScanRequest request{};
    request.size = sizeof request;
    request.start = at;
    request.end = end;
    request.regions = reinterpret_cast<uint64_t>(regions.data());
    request.region_count = regions.size();
    request.inverted = request.all_of = is_file;
    request.any_of = is_present | is_swapped;
    request.returned = is_present;
    const int count = ioctl(page_map(), scan_request, &request);
    if (count < 0) return at == reinterpret_cast<uint64_t>(begin) ? Scan::unsupported : Scan::failed;
    for (int i = 0; i < count; ++i)
      found(reinterpret_cast<uint8_t *>(regions[i].start), regions[i].end - regions[i].start);
    if (request.walk_end <= at) return Scan::failed;
    at = request.walk_end;
  }
  return Scan::done;
}

bool read_entries(uint8_t *begin, uint64_t size, const std::function<void(uint8_t *, uint64_t)> &found) {
  std::array<uint64_t, 512> entries;
  for (uint64_t done = 0; done < size;) {
    const uint64_t pages = std::min<uint64_t>(entries.size(), (size - done) / VMP_PAGE_SIZE);
    const uint64_t number = (reinterpret_cast<uint64_t>(begin) + done) / VMP_PAGE_SIZE;
    const auto bytes = static_cast<ssize_t>(pages * sizeof(uint64_t));
    if (pread(page_map(), entries.data(), static_cast<size_t>(bytes), static_cast<off_t>(number * sizeof(uint64_t))) !=
        bytes)
      return false;
    const auto is_private = [&](uint64_t page) {
      return (entries[page] & (entry_present | entry_swapped)) != 0 && (entries[page] & entry_file) == 0;
    };
    for (uint64_t page = 0; page < pages;) {
      uint64_t last = page;
      while (last < pages && is_private(last)) ++last;
      if (last > page) found(begin + done + page * VMP_PAGE_SIZE, (last - page) * VMP_PAGE_SIZE);
      page = last + 1;
    }
    done += pages * VMP_PAGE_SIZE;
  }
  return true;
}

}  // namespace

bool find_private_pages(uint8_t *begin, uint64_t size, const std::function<void(uint8_t *, uint64_t)> &found) {
  if (page_map() < 0) return false;
  const Scan scanned = scan(begin, size, found);
  return scanned == Scan::unsupported ? read_entries(begin, size, found) : scanned == Scan::done;
}

}  // namespace vmp
