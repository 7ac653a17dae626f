#include <sys/sysinfo.h>

#include <cstdarg>
#include <cstdio>

#include "files/virtual_files.h"
#include "identity.h"
#include "personality.h"

namespace vmp_linux {
namespace {

[[gnu::format(printf, 2, 3)]] void append(std::string &text, const char *format, ...) {
  char line[512];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  text += line;
}

unsigned long long number(uint64_t value) { return value; }

template <typename Visit>
void for_each_area(const Process &process, Visit visit) {
  const GuestMemory &memory = process.memory();
  vmp_area area;
  for (uint64_t at = 0; memory.service()->find(memory.space(), at, &area) == VMP_OK; at = area.address + area.size) {
    visit(area);
  }
}

void maps(Process &process, std::string &text) {
  for_each_area(process, [&](const vmp_area &area) {
    const uint32_t p = area.protection;
    append(text, "%08llx-%08llx %c%c%c%c 00000000 00:00 0 ", number(area.address), number(area.address + area.size),
           (p & VMP_PROTECTION_READ) != 0 ? 'r' : '-', (p & VMP_PROTECTION_WRITE) != 0 ? 'w' : '-',
           (p & VMP_PROTECTION_EXECUTE) != 0 ? 'x' : '-', area.tag == kSharedAnonymousArea ? 's' : 'p');
    if (area.tag == kHeapArea) text += "                         [heap]";
    if (area.tag == kStackArea) text += "                         [stack]";
    if (area.tag == kTrampolineArea) text += "                         [vdso]";
    if (area.tag == kProgramArea) text += "                         " + process.executable_path;
    text += '\n';
  });
}

struct Sizes {
  uint64_t all = 0, heap = 0, stack = 0, code = 0;
};

Sizes sizes(const Process &process) {
  Sizes result;
  for_each_area(process, [&](const vmp_area &area) {
    result.all += area.size;
    if (area.tag == kHeapArea) result.heap += area.size;
    if (area.tag == kStackArea) result.stack += area.size;
    if (area.tag == kProgramArea && (area.protection & VMP_PROTECTION_EXECUTE) != 0) result.code += area.size;
  });
  return result;
}

void status(Process &process, std::string &text) {
  const Sizes size = sizes(process);
  const Credentials &c = process.credentials;
  append(text,
         "Name:\t%s\nUmask:\t%04o\nState:\tR (running)\nTgid:\t%u\nNgid:\t0\nPid:\t%u\nPPid:\t%u\nTracerPid:\t0\n",
         process.name, process.mode_mask, process.id, process.id, process.parent);
  append(text, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\nFDSize:\t%d\n", c.user, c.effective_user, c.saved_user,
         c.effective_user, c.group, c.effective_group, c.saved_group, c.effective_group, process.descriptors.size());
  append(text,
         "VmSize:\t%8llu kB\nVmRSS:\t%8llu kB\nVmData:\t%8llu kB\nVmStk:\t%8llu kB\nVmExe:\t%8llu kB\nThreads:\t%zu\n",
         number(size.all / 1024), number(size.all / 1024), number(size.heap / 1024), number(size.stack / 1024),
         number(size.code / 1024), process.threads.size());
}

void stat_line(Process &process, std::string &text) {
  append(text, "%u (%s) R %u %u %u 0 -1 0 0 0 0 0 0 0 0 0 20 %d %zu 0 0 %llu %llu", process.id, process.name,
         process.parent, process.group, process.session, process.nice, process.threads.size(),
         number(sizes(process).all), number(sizes(process).all / kPage));
  text += " 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
}

void statm(Process &process, std::string &text) {
  const Sizes size = sizes(process);
  append(text, "%llu %llu 0 %llu 0 %llu 0\n", number(size.all / kPage), number(size.all / kPage),
         number(size.code / kPage), number((size.heap + size.stack) / kPage));
}

void copy_guest(Process &process, std::string &text, uint64_t start, uint64_t end) {
  text.resize(end - start);
  const uint64_t copied = process.memory().service()->read(process.memory().space(), start, text.data(), text.size());
  text.resize(copied);
}

void command_line(Process &p, std::string &text) { copy_guest(p, text, p.arguments_start, p.arguments_end); }
void environment(Process &p, std::string &text) { copy_guest(p, text, p.environment_start, p.environment_end); }
void command(Process &p, std::string &text) { append(text, "%s\n", p.name); }

void cpu_information(Process &process, std::string &text) {
  append(text, "processor\t: 0\n");
  const std::string &isa = process.personality.isa();
  if (!isa.empty()) append(text, "hart\t\t: 0\nisa\t\t: %s\n", isa.c_str());
  text += '\n';
}

void memory_information(Process &process, std::string &text) {
  const vmp_guest_memory *memory = process.personality.services().machine->memory(process.personality.machine());
  const uint64_t free = memory->size - std::min(memory->size, memory->allocated.load(std::memory_order_relaxed));
  append(text,
         "MemTotal:       %8llu kB\nMemFree:        %8llu kB\nMemAvailable:   %8llu kB\nBuffers:               0 kB\n"
         "Cached:                0 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\n",
         number(memory->size / 1024), number(free / 1024), number(free / 1024));
}

void uptime(Process &, std::string &text) {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  append(text, "%lld.%02ld 0.00\n", static_cast<long long>(now.tv_sec), now.tv_nsec / 10000000);
}

void load_average(Process &process, std::string &text) { append(text, "0.00 0.00 0.00 1/1 %u\n", process.id); }
void version(Process &, std::string &text) { append(text, "Linux version %s %s\n", kKernelRelease, kKernelVersion); }
void mounts(Process &, std::string &text) { text = "root / rootfs rw 0 0\nproc /proc proc rw 0 0\n"; }
void file_systems(Process &, std::string &text) { text = "nodev\tproc\nnodev\trootfs\n"; }
void os_release(Process &, std::string &text) { append(text, "%s\n", kKernelRelease); }
void os_type(Process &, std::string &text) { text = "Linux\n"; }
void host_name(Process &p, std::string &text) { append(text, "%s\n", p.personality.settings().host_name.c_str()); }
void pid_maximum(Process &, std::string &text) { text = "32768\n"; }
void overcommit(Process &, std::string &text) { text = "0\n"; }

constexpr VirtualText kTexts[] = {
    {"/proc/cpuinfo", cpu_information},
    {"/proc/filesystems", file_systems},
    {"/proc/loadavg", load_average},
    {"/proc/meminfo", memory_information},
    {"/proc/mounts", mounts},
    {"/proc/self/cmdline", command_line},
    {"/proc/self/comm", command},
    {"/proc/self/environ", environment},
    {"/proc/self/maps", maps},
    {"/proc/self/mounts", mounts},
    {"/proc/self/stat", stat_line},
    {"/proc/self/statm", statm},
    {"/proc/self/status", status},
    {"/proc/sys/kernel/hostname", host_name},
    {"/proc/sys/kernel/osrelease", os_release},
    {"/proc/sys/kernel/ostype", os_type},
    {"/proc/sys/kernel/pid_max", pid_maximum},
    {"/proc/sys/vm/overcommit_memory", overcommit},
    {"/proc/uptime", uptime},
    {"/proc/version", version},
};

}  // namespace

const std::span<const VirtualText> kVirtualTexts = kTexts;

}  // namespace vmp_linux
