// Bytes whose number another argument or the result says.
#include <algorithm>
#include <climits>
#include <utility>

#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

struct GuestVector {
  uint64_t address;
  uint64_t size;
};

void print_vectors(Printer &to, unsigned index, uint64_t left, bool shows_bytes) {
  const bool was = std::exchange(to.output, false);  // the array itself is given
  to.array<GuestVector>(to.arguments[index], to.arguments[index + 1], [&](const GuestVector &vector) {
    to.put("{iov_base=");
    const uint64_t size = std::min(left, vector.size);
    if (shows_bytes) {
      to.buffer(vector.address, size);
    } else {
      to.address(vector.address);
    }
    left -= size;
    to.put(", iov_len=" + std::to_string(vector.size) + "}");
  });
  to.output = was;
}

void print_bytes_read(Printer &to, unsigned index, const Names *) {
  to.buffer(to.arguments[index], static_cast<uint64_t>(to.result));
}
void print_bytes_given(Printer &to, unsigned index, const Names *) {
  to.buffer(to.arguments[index], to.arguments[index + 1]);
}
void print_vectors_read(Printer &to, unsigned index, const Names *) {
  print_vectors(to, index, static_cast<uint64_t>(to.result), !to.failed());
}
void print_vectors_given(Printer &to, unsigned index, const Names *) { print_vectors(to, index, ~uint64_t{0}, true); }

void print_working_directory(Printer &to, unsigned index, const Names *) {
  to.string(to.arguments[index], PATH_MAX - 1);
}

// struct linux_dirent64; getdents has the same d_reclen two fields on.
void print_entries(Printer &to, unsigned index, const Names *) {
  const uint64_t at = to.arguments[index];
  to.address(at);
  if (to.failed()) return;
  unsigned entries = 0;
  for (uint64_t offset = 0; offset < static_cast<uint64_t>(to.result); ++entries) {
    constexpr uint64_t kRecordLength = 16;
    uint16_t length = 0;
    if (!to.read(at + offset + kRecordLength, &length, sizeof length) || length == 0) break;
    offset += length;
  }
  to.format(" /* %u entries */", entries);
}

// Without a terminator at the end, as text is stored by some with and by others without it.
void print_attribute(Printer &to, unsigned index, uint64_t size) {
  const uint64_t at = to.arguments[index];
  char last = 'x';
  if (size > 0 && size <= kLongestText && to.read(at + size - 1, &last, 1) && last == '\0') --size;
  to.buffer(at, size);
}
void print_attribute_given(Printer &to, unsigned index, const Names *) {
  print_attribute(to, index, to.arguments[index + 1]);
}
void print_attribute_read(Printer &to, unsigned index, const Names *) {
  if (to.arguments[index + 1] == 0) return to.address(to.arguments[index]);
  print_attribute(to, index, static_cast<uint64_t>(to.result));
}
void print_attribute_names(Printer &to, unsigned index, const Names *) {
  if (to.arguments[index + 1] == 0) return to.address(to.arguments[index]);
  to.buffer(to.arguments[index], static_cast<uint64_t>(to.result));
}

}  // namespace

namespace kinds {

const Kind bytes_read = {print_bytes_read, nullptr, When::leaving};
const Kind bytes_given = {print_bytes_given};
const Kind vectors_read = {print_vectors_read, nullptr, When::leaving};
const Kind vectors_given = {print_vectors_given};
const Kind working_directory = {print_working_directory, nullptr, When::leaving};
const Kind entries = {print_entries, nullptr, When::leaving};
const Kind attribute_value = {print_attribute_given};
const Kind attribute_value_read = {print_attribute_read, nullptr, When::leaving};
const Kind attribute_list = {print_attribute_names, nullptr, When::leaving};

}  // namespace kinds
}  // namespace vmp_linux::trace
