// What most calls answer.
#include "trace/kinds.h"

namespace vmp_linux::trace::results {

void decimal(Printer &to) { to.put(std::to_string(to.result)); }
void hexadecimal(Printer &to) { to.format("%#llx", static_cast<unsigned long long>(to.result)); }
void permissions(Printer &to) { print_permissions(to, static_cast<uint32_t>(to.result)); }

}  // namespace vmp_linux::trace::results
