// Limits, priorities and processors.
#include <algorithm>
#include <array>

#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

constexpr Name kResourceNames[] = {
    {0, "RLIMIT_CPU"},       {1, "RLIMIT_FSIZE"}, {2, "RLIMIT_DATA"},    {3, "RLIMIT_STACK"},
    {4, "RLIMIT_CORE"},      {5, "RLIMIT_RSS"},   {6, "RLIMIT_NPROC"},   {7, "RLIMIT_NOFILE"},
    {8, "RLIMIT_MEMLOCK"},   {9, "RLIMIT_AS"},    {10, "RLIMIT_LOCKS"},  {11, "RLIMIT_SIGPENDING"},
    {12, "RLIMIT_MSGQUEUE"}, {13, "RLIMIT_NICE"}, {14, "RLIMIT_RTPRIO"}, {15, "RLIMIT_RTTIME"}};
constexpr Names kResources = {kResourceNames, "RLIMIT_???"};

std::string limit_text(uint64_t value) {
  if (value == ~uint64_t{0}) return "RLIM64_INFINITY";
  if (value > 1024 && value % 1024 == 0) return std::to_string(value / 1024) + "*1024";
  return std::to_string(value);
}

void print_limit(Printer &to, unsigned index, const Names *) {
  uint64_t both[2];
  if (!to.fetch(to.arguments[index], both)) return;
  to.put("{rlim_cur=" + limit_text(both[0]) + ", rlim_max=" + limit_text(both[1]) + "}");
}

constexpr Name kUsageNames[] = {
    {0, "RUSAGE_SELF"}, {0xffffffff, "RUSAGE_CHILDREN"}, {0xfffffffe, "RUSAGE_BOTH"}, {1, "RUSAGE_THREAD"}};
constexpr Names kUsages = {kUsageNames, "RUSAGE_???"};
constexpr Name kPriorityNames[] = {{0, "PRIO_PROCESS"}, {1, "PRIO_PGRP"}, {2, "PRIO_USER"}};
constexpr Names kPriorities = {kPriorityNames, "PRIO_???"};
constexpr Name kSchedulerNames[] = {{0, "SCHED_OTHER"}, {1, "SCHED_FIFO"}, {2, "SCHED_RR"},      {3, "SCHED_BATCH"},
                                    {4, "SCHED_ISO"},   {5, "SCHED_IDLE"}, {6, "SCHED_DEADLINE"}};
constexpr Names kSchedulers = {kSchedulerNames, "SCHED_???"};

void print_processors(Printer &to, unsigned index, uint64_t size) {
  std::array<uint8_t, 128> mask{};  // CPU_SETSIZE
  if (!to.fetch_bytes(to.arguments[index], mask.data(), std::min(size, mask.size()))) return;
  std::string text;
  for (unsigned i = 0; i < mask.size() * 8; ++i) {
    if ((mask[i / 8] >> (i % 8) & 1) != 0) text += (text.empty() ? "" : " ") + std::to_string(i);
  }
  to.put('[' + text + ']');
}

}  // namespace

namespace kinds {

const Kind resource = {print_symbol, &kResources};
const Kind limit = {print_limit};
const Kind limit_written = {print_limit, nullptr, When::leaving};
const Kind usage_of = {print_symbol, &kUsages};
const Kind priority_of = {print_symbol, &kPriorities};
const Kind scheduler = {print_symbol, &kSchedulers};
const Kind processors = {
    [](Printer &to, unsigned index, const Names *) { print_processors(to, index, to.arguments[index - 1]); }};
const Kind processors_written = {
    [](Printer &to, unsigned index, const Names *) { print_processors(to, index, static_cast<uint64_t>(to.result)); },
    nullptr, When::leaving};

}  // namespace kinds

namespace results {

void of_scheduler(Printer &to) {
  decimal(to);
  for (const Name &each : kSchedulerNames) {
    if (each.value == static_cast<uint64_t>(to.result)) to.note = each.name;
  }
}

}  // namespace results
}  // namespace vmp_linux::trace
