// Numbers, descriptors and strings.
#include <fcntl.h>

#include <climits>

#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

unsigned long long wide(uint64_t value) { return value; }

template <typename Integer>
void print_number(Printer &to, unsigned index, const Names *) {
  to.put(std::to_string(static_cast<Integer>(to.arguments[index])));
}

void print_hex(Printer &to, unsigned index, const Names *) { to.format("%#llx", wide(to.arguments[index])); }
void print_pointer(Printer &to, unsigned index, const Names *) { to.address(to.arguments[index]); }
void print_nothing(Printer &, unsigned, const Names *) {}

void print_owner(Printer &to, uint32_t owner) {
  to.put(owner == ~uint32_t{0} ? std::string("-1") : std::to_string(owner));
}
void print_user(Printer &to, unsigned index, const Names *) {
  print_owner(to, static_cast<uint32_t>(to.arguments[index]));
}

void print_path(Printer &to, unsigned index, const Names *) { to.string(to.arguments[index], PATH_MAX - 1); }
void print_text(Printer &to, unsigned index, const Names *) { to.string(to.arguments[index]); }

template <typename Integer>
void print_number_at(Printer &to, unsigned index, const Names *) {
  Integer value;
  if (to.fetch(to.arguments[index], value)) to.put('[' + std::to_string(value) + ']');
}
void print_owner_at(Printer &to, unsigned index, const Names *) {
  uint32_t owner;
  if (!to.fetch(to.arguments[index], owner)) return;
  to.put("[");
  print_owner(to, owner);
  to.put("]");
}

void print_owners(Printer &to, unsigned index, uint64_t count) {
  to.array<uint32_t>(to.arguments[index], count, [&to](uint32_t owner) { print_owner(to, owner); });
}

void print_two_descriptors(Printer &to, unsigned index, const Names *) {
  int32_t two[2];
  if (to.fetch(to.arguments[index], two)) to.format("[%d, %d]", two[0], two[1]);
}

}  // namespace

void print_symbol(Printer &to, unsigned index, const Names *names) {
  to.symbol(*names, static_cast<uint32_t>(to.arguments[index]));
}
void print_flags(Printer &to, unsigned index, const Names *names) {
  to.flags(*names, static_cast<uint32_t>(to.arguments[index]));
}
void print_long_flags(Printer &to, unsigned index, const Names *names) { to.flags(*names, to.arguments[index]); }

void print_directory(Printer &to, uint64_t descriptor) {
  const auto number = static_cast<int32_t>(descriptor);
  to.put(number == AT_FDCWD ? std::string("AT_FDCWD") : std::to_string(number));
}

void print_permissions(Printer &to, uint32_t mode) { to.format("%#03o", mode); }

namespace kinds {

const Kind integer = {print_number<int32_t>};
const Kind long_integer = {print_number<int64_t>};
const Kind natural = {print_number<uint32_t>};
const Kind size = {print_number<uint64_t>};
const Kind hex = {print_hex};
const Kind pointer = {print_pointer};
const Kind hidden = {print_nothing};
const Kind user = {print_user};
const Kind process = {print_number<int32_t>};
const Kind descriptor = {print_number<int32_t>};
const Kind directory = {[](Printer &to, unsigned index, const Names *) { print_directory(to, to.arguments[index]); }};
const Kind path = {print_path};
const Kind text = {print_text};
const Kind permissions = {[](Printer &to, unsigned index, const Names *) {
  print_permissions(to, static_cast<uint16_t>(to.arguments[index]));
}};
const Kind integer_written = {print_number_at<int32_t>, nullptr, When::leaving};
const Kind cpu_written = {print_number_at<uint32_t>, nullptr, When::leaving};
const Kind user_written = {print_owner_at, nullptr, When::leaving};
const Kind descriptors_written = {print_two_descriptors, nullptr, When::leaving};
const Kind offset_given = {print_number_at<int64_t>};
const Kind integer_given = {print_number_at<int32_t>};
const Kind seconds_written = {print_number_at<int64_t>, nullptr, When::leaving};
const Kind groups_given = {[](Printer &to, unsigned index, const Names *) {
  print_owners(to, index, static_cast<uint32_t>(to.arguments[index - 1]));
}};
const Kind groups_written = {[](Printer &to, unsigned index, const Names *) {
                               // Without room the number alone is asked for.
                               if (to.arguments[index - 1] == 0) return to.address(to.arguments[index]);
                               print_owners(to, index, static_cast<uint64_t>(to.result));
                             },
                             nullptr, When::leaving};

}  // namespace kinds
}  // namespace vmp_linux::trace
