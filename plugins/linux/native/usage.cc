#include "usage.h"

#include <sys/resource.h>

#include <algorithm>

namespace vmp_linux {
namespace {

uint64_t nanoseconds(const timeval &time) {
  return static_cast<uint64_t>(time.tv_sec) * 1000000000 + static_cast<uint64_t>(time.tv_usec) * 1000;
}

}  // namespace

Usage &Usage::operator+=(const Usage &other) {
  user_nanoseconds += other.user_nanoseconds;
  system_nanoseconds += other.system_nanoseconds;
  largest_resident_kilobytes = std::max(largest_resident_kilobytes, other.largest_resident_kilobytes);
  minor_faults += other.minor_faults;
  major_faults += other.major_faults;
  blocks_in += other.blocks_in;
  blocks_out += other.blocks_out;
  voluntary_switches += other.voluntary_switches;
  involuntary_switches += other.involuntary_switches;
  return *this;
}

Usage usage_of_this_thread() {
  rusage host{};
  ::getrusage(RUSAGE_THREAD, &host);
  Usage usage;
  usage.user_nanoseconds = nanoseconds(host.ru_utime);
  usage.system_nanoseconds = nanoseconds(host.ru_stime);
  usage.largest_resident_kilobytes = static_cast<uint64_t>(host.ru_maxrss);
  usage.minor_faults = static_cast<uint64_t>(host.ru_minflt);
  usage.major_faults = static_cast<uint64_t>(host.ru_majflt);
  usage.blocks_in = static_cast<uint64_t>(host.ru_inblock);
  usage.blocks_out = static_cast<uint64_t>(host.ru_oublock);
  usage.voluntary_switches = static_cast<uint64_t>(host.ru_nvcsw);
  usage.involuntary_switches = static_cast<uint64_t>(host.ru_nivcsw);
  return usage;
}

}  // namespace vmp_linux
