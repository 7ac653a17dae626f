#include "trace/arguments.h"

#include <algorithm>

namespace vmp_linux::trace {
namespace kinds {  // where the table's names are looked up

constexpr Form kForms[] = {
#define ARGUMENTS(name, ...) Form(Call::name, results::decimal __VA_OPT__(, ) __VA_ARGS__),
#define ANSWERS(name, answer, ...) Form(Call::name, results::answer __VA_OPT__(, ) __VA_ARGS__),
#include "trace/arguments.def"
#undef ARGUMENTS
#undef ANSWERS
};

}  // namespace kinds

namespace {

constexpr size_t kCalls = static_cast<size_t>(Call::count_);

constexpr std::array<const Form *, kCalls> by_call() {
  std::array<const Form *, kCalls> table{};
  for (const Form &form : kinds::kForms) table[static_cast<size_t>(form.call)] = &form;
  return table;
}

constexpr auto kByCall = by_call();
static_assert(std::ranges::count(kByCall, nullptr) == 0 && std::size(kinds::kForms) == kCalls,
              "arguments.def has every call of system_calls.def once");

}  // namespace

const Form &form_of(Call call) { return *kByCall[static_cast<size_t>(call)]; }

}  // namespace vmp_linux::trace
