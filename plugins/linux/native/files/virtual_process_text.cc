// The texts of /proc/PID: proc(5). What other processes may see comes from what is under locks alone.
#include <ctime>

#include "files/virtual_files.h"
#include "files/virtual_text.h"
#include "personality.h"

namespace vmp_linux {
namespace {

using State = Process::Family::State;

template <typename Visit>
void for_each_area(const Process &process, Visit visit) {
  const GuestMemory &memory = process.memory();
  vmp_area area;
  for (uint64_t at = 0; memory.service()->find(memory.space(), at, &area) == VMP_OK; at = area.address + area.size) {
    visit(area);
  }
}

void maps(Process &process, bool, std::string &text) {
  const std::string program = process.public_facts().executable_path;
  for_each_area(process, [&](const vmp_area &area) {
    const uint32_t p = area.protection;
    append(text, "%08llx-%08llx %c%c%c%c 00000000 00:00 0 ", number(area.address), number(area.address + area.size),
           (p & VMP_PROTECTION_READ) != 0 ? 'r' : '-', (p & VMP_PROTECTION_WRITE) != 0 ? 'w' : '-',
           (p & VMP_PROTECTION_EXECUTE) != 0 ? 'x' : '-', area.tag == kSharedAnonymousArea ? 's' : 'p');
    if (area.tag == kHeapArea) text += "                         [heap]";
    if (area.tag == kStackArea) text += "                         [stack]";
    if (area.tag == kTrampolineArea) text += "                         [vdso]";
    if (area.tag == kProgramArea) text += "                         " + program;
    text += '\n';
  });
}

struct Sizes {
  uint64_t all = 0, heap = 0, stack = 0, code = 0;
};

// Zeros for another process: its address space changes under its own thread alone.
Sizes sizes(const Process &process, bool by_itself) {
  Sizes result;
  if (!by_itself) return result;
  for_each_area(process, [&](const vmp_area &area) {
    result.all += area.size;
    if (area.tag == kHeapArea) result.heap += area.size;
    if (area.tag == kStackArea) result.stack += area.size;
    if (area.tag == kProgramArea && (area.protection & VMP_PROTECTION_EXECUTE) != 0) result.code += area.size;
  });
  return result;
}

const char *state_name(State state) {
  switch (state) {
    case State::running:
      return "R (running)";
    case State::stopped:
      return "T (stopped)";
    case State::zombie:
      return "Z (zombie)";
  }
  return "";
}

void status(Process &process, bool by_itself, std::string &text) {
  const Process::Family family = process.personality.table().family(process);
  append(text, "Name:\t%s\n", process.name().c_str());
  if (by_itself) append(text, "Umask:\t%04o\n", process.mode_mask);
  append(text, "State:\t%s\nTgid:\t%u\nNgid:\t0\nPid:\t%u\nPPid:\t%u\nTracerPid:\t0\n", state_name(family.state),
         process.id, process.id, family.parent);
  if (by_itself) {
    const Credentials &c = process.credentials;
    append(text, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\nFDSize:\t%d\n", c.user, c.effective_user, c.saved_user,
           c.effective_user, c.group, c.effective_group, c.saved_group, c.effective_group, process.descriptors.size());
  } else {
    const uint32_t user = family.user, group = process.personality.settings().group;
    append(text, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n", user, user, user, user, group, group, group, group);
  }
  if (family.state != State::zombie) {
    const Sizes size = sizes(process, by_itself);
    append(text, "VmSize:\t%8llu kB\nVmRSS:\t%8llu kB\nVmData:\t%8llu kB\nVmStk:\t%8llu kB\nVmExe:\t%8llu kB\n",
           number(size.all / 1024), number(size.all / 1024), number(size.heap / 1024), number(size.stack / 1024),
           number(size.code / 1024));
  }
  append(text, "Threads:\t1\n");
}

void stat_line(Process &process, bool by_itself, std::string &text) {
  const Process::Family family = process.personality.table().family(process);
  const Terminal terminal = process.personality.table().terminal(*process.run);
  const PublicFacts facts = process.public_facts();
  const bool has_terminal = terminal.session != 0 && terminal.session == family.session;
  constexpr unsigned kTerminalDevice = 136 << 8;  // /dev/pts/0
  Usage usage = family.usage;
  if (by_itself) usage = usage_of_this_thread();
  const uint64_t size = sizes(process, by_itself).all;
  append(text, "%u (%s) %c %u %u %u %u %d 0 0 0 0 0", process.id, facts.name.c_str(), static_cast<char>(family.state),
         family.parent, family.group, family.session, has_terminal ? kTerminalDevice : 0,
         has_terminal ? static_cast<int>(terminal.foreground_group) : -1);
  append(text, " %llu %llu 0 0 %d %d 1 0 %llu %llu %llu", number(usage.user_nanoseconds / kNanosecondsPerTick),
         number(usage.system_nanoseconds / kNanosecondsPerTick), 20 + (by_itself ? process.nice.load() : 0),
         by_itself ? process.nice.load() : 0, number(facts.start_nanoseconds / kNanosecondsPerTick), number(size),
         number(size / kPage));
  text += " 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
}

void statm(Process &process, bool by_itself, std::string &text) {
  const Sizes size = sizes(process, by_itself);
  append(text, "%llu %llu 0 %llu 0 %llu 0\n", number(size.all / kPage), number(size.all / kPage),
         number(size.code / kPage), number((size.heap + size.stack) / kPage));
}

void copy_guest(Process &process, std::string &text, uint64_t start, uint64_t end) {
  text.resize(end - start);
  const uint64_t copied = process.memory().service()->read(process.memory().space(), start, text.data(), text.size());
  text.resize(copied);
}

// A process that sees itself sees what it made of its arguments, as setproctitle(3) needs.
void command_line(Process &process, bool by_itself, std::string &text) {
  if (by_itself) return copy_guest(process, text, process.arguments_start, process.arguments_end);
  if (process.personality.table().family(process).state == State::zombie) return;
  text = process.public_facts().command_line;
}

void environment(Process &process, bool, std::string &text) {
  copy_guest(process, text, process.environment_start, process.environment_end);
}

void command(Process &process, bool, std::string &text) { append(text, "%s\n", process.name().c_str()); }
void control_group(Process &, bool, std::string &text) { text = "0::/\n"; }

void limits(Process &process, bool, std::string &text) {
  // In the order of RLIMIT_*.
  static constexpr const char *kNames[kResourceCount][2] = {
      {"Max cpu time", "seconds"},    {"Max file size", "bytes"},      {"Max data size", "bytes"},
      {"Max stack size", "bytes"},    {"Max core file size", "bytes"}, {"Max resident set", "bytes"},
      {"Max processes", "processes"}, {"Max open files", "files"},     {"Max locked memory", "bytes"},
      {"Max address space", "bytes"}, {"Max file locks", "locks"},     {"Max pending signals", "signals"},
      {"Max msgqueue size", "bytes"}, {"Max nice priority", ""},       {"Max realtime priority", ""},
      {"Max realtime timeout", "us"},
  };
  append(text, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units");
  const auto value = [](uint64_t limit) { return limit == ~uint64_t{0} ? "unlimited" : std::to_string(limit); };
  for (unsigned i = 0; i < kResourceCount; ++i) {
    const ResourceLimit &limit = process.limits[i];
    append(text, "%-25s %-20s %-20s %-10s\n", kNames[i][0], value(limit.soft).c_str(), value(limit.hard).c_str(),
           kNames[i][1]);
  }
}

void mounts(Process &process, bool, std::string &text) { text = process.run->files.mounts_text(false); }
void mount_information(Process &process, bool, std::string &text) { text = process.run->files.mounts_text(true); }

constexpr VirtualText kTexts[] = {
    {"cgroup", control_group},
    {"cmdline", command_line},
    {"comm", command},
    {"environ", environment, false},
    {"limits", limits, false},
    {"maps", maps, false},
    {"mountinfo", mount_information},
    {"mounts", mounts},
    {"stat", stat_line},
    {"statm", statm},
    {"status", status},
};

}  // namespace

const std::span<const VirtualText> kProcessTexts = kTexts;

}  // namespace vmp_linux
