#include "trace/refused_calls.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace vmp_linux {
namespace {

std::string name_of(uint64_t number, std::span<const CallNumber> calls) {
  const auto found = std::ranges::lower_bound(calls, number, {}, &CallNumber::number);
  if (found != calls.end() && found->number == number) return kSystemCalls[static_cast<size_t>(found->call)].name;
  char name[32];
  std::snprintf(name, sizeof name, "syscall_%#llx", static_cast<unsigned long long>(number));
  return name;
}

}  // namespace

std::string refused_calls(std::span<const std::atomic<uint64_t>> counters, std::span<const CallNumber> calls) {
  struct Refused {
    uint64_t number;
    uint64_t count;
  };
  std::vector<Refused> refused;
  for (uint64_t number = 0; number < counters.size(); ++number) {
    const uint64_t count = counters[number].load(std::memory_order_relaxed);
    if (count != 0) refused.push_back({number, count});
  }
  std::ranges::stable_sort(refused, std::ranges::greater{}, &Refused::count);
  std::string text;
  for (const Refused &each : refused) {
    if (!text.empty()) text += ", ";
    text += each.number + 1 == counters.size() ? "unknown" : name_of(each.number, calls);
    text += ' ' + std::to_string(each.count);
  }
  return text;
}

}  // namespace vmp_linux
