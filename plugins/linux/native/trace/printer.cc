#include "trace/printer.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>

#include "process.h"

namespace vmp_linux::trace {
namespace {

constexpr bool is_octal_digit(char byte) { return byte >= '0' && byte <= '7'; }

const char *escape(unsigned char byte) {
  switch (byte) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\v':
      return "\\v";
    case '\f':
      return "\\f";
    case '\r':
      return "\\r";
    default:
      return nullptr;
  }
}

unsigned long long wide(uint64_t value) { return value; }

}  // namespace

const GuestMemory &Printer::memory() const { return thread.process.memory(); }

void Printer::format(const char *pattern, ...) {
  char piece[256];
  va_list values;
  va_start(values, pattern);
  const int size = std::vsnprintf(piece, sizeof piece, pattern, values);
  va_end(values);
  if (size > 0) text.append(piece, std::min(static_cast<size_t>(size), sizeof piece - 1));
}

void Printer::address(uint64_t value) {
  if (value == 0) return put("NULL");
  format("%#llx", wide(value));
}

void Printer::symbol(const Names &names, uint64_t value) {
  const auto found = std::ranges::find(names.entries, value, &Name::value);
  if (found != names.entries.end()) return put(found->name);
  format("%#llx /* %s */", wide(value), names.unknown);
}

std::string flags_text(const Names &names, uint64_t value) {
  std::string text;
  for (const Name &each : names.entries) {
    if (value == 0 && each.value == 0 && text.empty()) return each.name;
    if (each.value == 0 || (value & each.value) != each.value) continue;
    if (!text.empty()) text += '|';
    text += each.name;
    value &= ~each.value;
  }
  if (value == 0) return text.empty() ? "0" : text;
  char rest[80];
  if (text.empty()) {
    std::snprintf(rest, sizeof rest, "%#llx /* %s */", wide(value), names.unknown);
  } else {
    std::snprintf(rest, sizeof rest, "|%#llx", wide(value));
  }
  return text + rest;
}

void Printer::flags(const Names &names, uint64_t value) { put(flags_text(names, value)); }

void Printer::quoted(std::string_view bytes) {
  text += '"';
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (const char *escaped = escape(byte)) {
      text += escaped;
    } else if (byte >= ' ' && byte <= '~') {
      text += bytes[i];
    } else {
      const bool digit_follows = i + 1 < bytes.size() && is_octal_digit(bytes[i + 1]);
      format(digit_follows ? "\\%03o" : "\\%o", byte);
    }
  }
  text += '"';
}

void Printer::shortened(std::string_view bytes, bool more) {
  quoted(bytes);
  if (more) put("...");
}

bool Printer::read(uint64_t at, void *to, uint64_t size) const { return memory().read(GuestPointer(at), to, size); }

bool Printer::fetch_bytes(uint64_t at, void *to, uint64_t size) {
  if (at != 0 && !failed_output() && read(at, to, size)) return true;
  address(at);
  return false;
}

void Printer::buffer(uint64_t at, uint64_t size) {
  std::array<char, kLongestText> bytes;
  const uint64_t shown = std::min(size, kLongestText);
  if (at == 0 || failed_output() || !read(at, bytes.data(), shown)) return address(at);
  shortened({bytes.data(), shown}, size > shown);
}

void Printer::string(uint64_t at, uint64_t longest) {
  if (at == 0 || failed_output()) return address(at);
  std::string bytes(longest + 1, '\0');
  const GuestMemory &guest = memory();
  const uint64_t size = guest.service()->read(guest.space(), at, bytes.data(), bytes.size());
  const size_t end = bytes.find('\0');
  if (end < size) return shortened(std::string_view(bytes).substr(0, end), false);
  if (size <= longest) return address(at);
  shortened(std::string_view(bytes).substr(0, longest), true);
}

}  // namespace vmp_linux::trace
