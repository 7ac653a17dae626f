// prctl(2), uname(2) and the like.
#include <sys/prctl.h>
#include <sys/sysinfo.h>

#include <algorithm>
#include <cstring>

#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

#define NAME(constant) \
  { static_cast<uint64_t>(constant), #constant }

constexpr Name kOptionNames[] = {NAME(PR_SET_PDEATHSIG),
                                 NAME(PR_GET_PDEATHSIG),
                                 NAME(PR_GET_DUMPABLE),
                                 NAME(PR_SET_DUMPABLE),
                                 NAME(PR_GET_UNALIGN),
                                 NAME(PR_SET_UNALIGN),
                                 NAME(PR_GET_KEEPCAPS),
                                 NAME(PR_SET_KEEPCAPS),
                                 NAME(PR_GET_FPEMU),
                                 NAME(PR_SET_FPEMU),
                                 NAME(PR_GET_FPEXC),
                                 NAME(PR_SET_FPEXC),
                                 NAME(PR_GET_TIMING),
                                 NAME(PR_SET_TIMING),
                                 NAME(PR_SET_NAME),
                                 NAME(PR_GET_NAME),
                                 NAME(PR_GET_ENDIAN),
                                 NAME(PR_SET_ENDIAN),
                                 NAME(PR_GET_SECCOMP),
                                 NAME(PR_SET_SECCOMP),
                                 NAME(PR_CAPBSET_READ),
                                 NAME(PR_CAPBSET_DROP),
                                 NAME(PR_GET_TSC),
                                 NAME(PR_SET_TSC),
                                 NAME(PR_GET_SECUREBITS),
                                 NAME(PR_SET_SECUREBITS),
                                 NAME(PR_SET_TIMERSLACK),
                                 NAME(PR_GET_TIMERSLACK),
                                 NAME(PR_MCE_KILL),
                                 NAME(PR_MCE_KILL_GET),
                                 NAME(PR_SET_MM),
                                 NAME(PR_SET_CHILD_SUBREAPER),
                                 NAME(PR_SET_NO_NEW_PRIVS),
                                 NAME(PR_GET_NO_NEW_PRIVS),
                                 NAME(PR_GET_CHILD_SUBREAPER),
                                 NAME(PR_GET_TID_ADDRESS),
                                 NAME(PR_SET_THP_DISABLE),
                                 NAME(PR_GET_THP_DISABLE),
                                 NAME(PR_CAP_AMBIENT),
                                 {0x53564d41, "PR_SET_VMA"},
                                 {0x59616d61, "PR_SET_PTRACER"}};
constexpr Names kOptions = {kOptionNames, "PR_???"};
constexpr Name kDumpableNames[] = {{0, "SUID_DUMP_DISABLE"}, {1, "SUID_DUMP_USER"}, {2, "SUID_DUMP_ROOT"}};
constexpr Names kDumpables = {kDumpableNames, "SUID_DUMP_???"};
constexpr uint64_t kNameSize = 16;  // with its terminator

void print_rest(Printer &to, unsigned from) {
  for (unsigned i = from; i < 5; ++i) {
    if (i != 1) to.put(", ");
    to.format("%#llx", static_cast<unsigned long long>(to.arguments[i]));
  }
}

void print_prctl(Printer &to, unsigned index, const Names *) {
  const uint64_t argument = to.arguments[index];
  switch (static_cast<uint32_t>(to.arguments[0])) {
    case PR_GET_KEEPCAPS:
    case PR_GET_SECCOMP:
    case PR_GET_TIMERSLACK:
    case PR_GET_TIMING:
    case PR_GET_DUMPABLE:
    case PR_GET_SECUREBITS:
      return;
    case PR_SET_NAME:
      to.output = false;
      return to.string(argument, kNameSize - 1);
    case PR_GET_NAME:
      return to.string(argument, kNameSize);
    case PR_GET_CHILD_SUBREAPER: {
      uint32_t value;
      if (to.fetch(argument, value)) to.format("[%u]", value);
      return;
    }
    case PR_GET_PDEATHSIG: {
      int32_t number;
      if (to.fetch(argument, number)) to.put('[' + signal_text(number) + ']');
      return;
    }
    case PR_SET_PDEATHSIG:
      return print_signal(to, static_cast<int>(argument));
    case PR_SET_DUMPABLE:
      return to.symbol(kDumpables, argument);
    case PR_SET_CHILD_SUBREAPER:
    case PR_SET_KEEPCAPS:
    case PR_SET_TIMERSLACK:
      return to.put(std::to_string(argument));
    case PR_SET_NO_NEW_PRIVS:
    case PR_SET_THP_DISABLE:
      to.put(std::to_string(argument));
      return print_rest(to, 2);
    default:
      return print_rest(to, 1);
  }
}

struct GuestSystemName {
  char parts[6][65];  // sysname, nodename, release, version, machine, domainname
};

std::string_view part(const char (&field)[65]) { return {field, strnlen(field, sizeof field)}; }

void print_system_name(Printer &to, unsigned index, const Names *) {
  GuestSystemName name;
  if (!to.fetch(to.arguments[index], name)) return;
  to.put("{sysname=");
  to.quoted(part(name.parts[0]));
  to.put(", nodename=");
  to.quoted(part(name.parts[1]));
  to.put(", ...}");
}

void print_system_information(Printer &to, unsigned index, const Names *) {
  struct sysinfo info;  // alike on every 64-bit architecture
  if (!to.fetch(to.arguments[index], info)) return;
  to.format("{uptime=%ld, loads=[%lu, %lu, %lu]", info.uptime, info.loads[0], info.loads[1], info.loads[2]);
  to.format(", totalram=%lu, freeram=%lu, sharedram=%lu, bufferram=%lu, totalswap=%lu, freeswap=%lu", info.totalram,
            info.freeram, info.sharedram, info.bufferram, info.totalswap, info.freeswap);
  to.format(", procs=%u, totalhigh=%lu, freehigh=%lu, mem_unit=%u}", unsigned{info.procs}, info.totalhigh,
            info.freehigh, info.mem_unit);
}

void print_times(Printer &to, unsigned index, const Names *) {
  static constexpr const char *kFields[] = {"{tms_utime=", ", tms_stime=", ", tms_cutime=", ", tms_cstime="};
  uint64_t times[4];
  if (!to.fetch(to.arguments[index], times)) return;
  for (unsigned i = 0; i < std::size(times); ++i) {
    to.put(kFields[i]);
    print_ticks(to, times[i]);
  }
  to.put("}");
}

constexpr Name kMembarrierNames[] = {{0, "MEMBARRIER_CMD_QUERY"},
                                     {1, "MEMBARRIER_CMD_GLOBAL"},
                                     {2, "MEMBARRIER_CMD_GLOBAL_EXPEDITED"},
                                     {4, "MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED"},
                                     {8, "MEMBARRIER_CMD_PRIVATE_EXPEDITED"},
                                     {16, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED"},
                                     {32, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE"},
                                     {64, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE"},
                                     {128, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ"},
                                     {256, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ"}};
constexpr Names kMembarriers = {kMembarrierNames, "MEMBARRIER_CMD_???"};
constexpr Name kRandomNames[] = {{1, "GRND_NONBLOCK"}, {2, "GRND_RANDOM"}, {4, "GRND_INSECURE"}};
constexpr Names kRandomFlags = {kRandomNames, "GRND_???"};

// In hexadecimal throughout: it is never text.
void print_random_bytes(Printer &to, unsigned index, const Names *) {
  const uint64_t at = to.arguments[index];
  uint8_t bytes[kLongestText];
  const uint64_t shown = std::min<uint64_t>(static_cast<uint64_t>(to.result), sizeof bytes);
  if (!to.fetch_bytes(at, bytes, shown)) return;
  to.put("\"");
  for (uint64_t i = 0; i < shown; ++i) to.format("\\x%02x", bytes[i]);
  to.put(static_cast<uint64_t>(to.result) > shown ? "\"..." : "\"");
}

constexpr Name kPersonaNames[] = {
    {0x0020000, "UNAME26"},          {0x0040000, "ADDR_NO_RANDOMIZE"},  {0x0080000, "FDPIC_FUNCPTRS"},
    {0x0100000, "MMAP_PAGE_ZERO"},   {0x0200000, "ADDR_COMPAT_LAYOUT"}, {0x0400000, "READ_IMPLIES_EXEC"},
    {0x0800000, "ADDR_LIMIT_32BIT"}, {0x1000000, "SHORT_INODE"},        {0x2000000, "WHOLE_SECONDS"},
    {0x4000000, "STICKY_TIMEOUTS"},  {0x8000000, "ADDR_LIMIT_3GB"}};
constexpr Names kPersonaFlags = {kPersonaNames, "PER_???"};
constexpr uint32_t kPersonaMask = 0xff;

std::string persona_text(uint32_t persona) {
  char number[32];
  std::snprintf(number, sizeof number, "%#x /* PER_??? */", persona & kPersonaMask);
  std::string text = (persona & kPersonaMask) == 0 ? "PER_LINUX" : number;
  if ((persona & ~kPersonaMask) != 0) text += '|' + flags_text(kPersonaFlags, persona & ~kPersonaMask);
  return text;
}

void print_persona(Printer &to, unsigned index, const Names *) {
  const auto persona = static_cast<uint32_t>(to.arguments[index]);
  to.put(persona == ~uint32_t{0} ? std::string("0xffffffff") : persona_text(persona));
}

}  // namespace

void print_ticks(Printer &to, uint64_t ticks) {
  constexpr double kTicksPerSecond = 100;  // USER_HZ
  to.put(std::to_string(ticks));
  if (ticks != 0) to.format(" /* %.2f s */", static_cast<double>(ticks) / kTicksPerSecond);
}

namespace kinds {

const Kind prctl_option = {print_symbol, &kOptions};
const Kind prctl_arguments = {print_prctl, nullptr, When::leaving};
const Kind system_name = {print_system_name, nullptr, When::leaving};
const Kind system_information = {print_system_information, nullptr, When::leaving};
const Kind times_written = {print_times, nullptr, When::leaving};
const Kind membarrier_command = {print_symbol, &kMembarriers};
const Kind random_bytes = {print_random_bytes, nullptr, When::leaving};
const Kind random_flags = {print_flags, &kRandomFlags};
const Kind persona = {print_persona};

}  // namespace kinds

namespace results {

void of_persona(Printer &to) {
  hexadecimal(to);
  to.note = persona_text(static_cast<uint32_t>(to.result));
}

}  // namespace results
}  // namespace vmp_linux::trace
