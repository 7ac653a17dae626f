// How each call's arguments and result are printed.
#ifndef VMP_LINUX_TRACE_ARGUMENTS_H
#define VMP_LINUX_TRACE_ARGUMENTS_H

#include <array>

#include "calls/system_call.h"
#include "trace/kinds.h"

namespace vmp_linux::trace {

struct Form {
  template <typename... Kinds>
  constexpr Form(Call its_call, Result its_result, const Kinds &...its_kinds)
      : call(its_call), result(its_result), kinds{&its_kinds...} {}

  Call call;
  Result result;
  std::array<const Kind *, 6> kinds;  // null behind the last
};

const Form &form_of(Call call);

}  // namespace vmp_linux::trace
#endif
