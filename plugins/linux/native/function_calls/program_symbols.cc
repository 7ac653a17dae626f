#include "function_calls/program_symbols.h"

#include "services.h"

namespace vmp_linux {
namespace {

int length(std::string_view text) { return static_cast<int>(std::min<size_t>(text.size(), 100)); }

}  // namespace

vmp_status ProgramSymbols::find(std::string_view name, uint64_t &address, vmp_error *error) {
  std::lock_guard lock(mutex_);
  if (!is_read_) {
    refusal_ = ElfSymbols::read(executable_->host, symbols_);
    is_read_ = true;
  }
  if (refusal_) return fail(error, VMP_ERROR_MALFORMED, refusal_->code, "%s", refusal_->message);
  const ElfSymbols::Function *function = symbols_.find(name);
  if (function == nullptr) return missing(name, error);
  if (!function->is_a_function)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "SYMBOL_NOT_A_FUNCTION",
                "%.*s is a symbol of the program, but none of a function", length(name), name.data());
  if (function->is_indirect)
    return fail(error, VMP_ERROR_UNSUPPORTED, "SYMBOL_INDIRECT",
                "%.*s is an indirect function (STT_GNU_IFUNC), which is chosen for the processor while the program "
                "starts: call one of the program's own that calls it",
                length(name), name.data());
  if (function->is_ambiguous)
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "SYMBOL_AMBIGUOUS",
                "the program has several functions %.*s: make the one that is meant not static", length(name),
                name.data());
  address = bias_ + function->address;
  return VMP_OK;
}

vmp_status ProgramSymbols::missing(std::string_view name, vmp_error *error) const {
  if (symbols_.is_empty())
    return fail(error, VMP_ERROR_NOT_FOUND, "SYMBOL_NOT_FOUND",
                "the program has no symbols, so no %.*s either: link it without -s and do not strip it", length(name),
                name.data());
  const std::string_view near = symbols_.nearest(name);
  if (near.empty())
    return fail(
        error, VMP_ERROR_NOT_FOUND, "SYMBOL_NOT_FOUND",
        "the program has no function %.*s: was it left out as unused, or inlined (__attribute__((used, noinline)))?",
        length(name), name.data());
  return fail(error, VMP_ERROR_NOT_FOUND, "SYMBOL_NOT_FOUND", "the program has no function %.*s; there is %.*s",
              length(name), name.data(), length(near), near.data());
}

}  // namespace vmp_linux
