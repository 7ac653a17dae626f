// The texts of /proc that are about the whole system: proc(5).
#include <sys/random.h>
#include <sys/statfs.h>

#include <ctime>

#include "files/virtual_files.h"
#include "files/virtual_text.h"
#include "identity.h"
#include "personality.h"

namespace vmp_linux {
namespace {

uint64_t ticks(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * 100 + static_cast<uint64_t>(now.tv_nsec) / kNanosecondsPerTick;
}

void cpu_information(Process &process, bool, std::string &text) {
  append(text, "processor\t: 0\n");
  const std::string &isa = process.personality.isa();
  if (!isa.empty()) append(text, "hart\t\t: 0\nisa\t\t: %s\n", isa.c_str());
  text += '\n';
}

void memory_information(Process &process, bool, std::string &text) {
  const vmp_guest_memory *memory = process.personality.services().machine->memory(process.personality.machine());
  const uint64_t free = memory->size - std::min(memory->size, memory->allocated.load(std::memory_order_relaxed));
  const auto line = [&](const char *name, uint64_t bytes) {
    append(text, "%-15s %8llu kB\n", name, number(bytes / 1024));
  };
  line("MemTotal:", memory->size);
  line("MemFree:", free);
  line("MemAvailable:", free);
  for (const char *name : {"Buffers:", "Cached:", "SwapCached:", "SwapTotal:", "SwapFree:", "Dirty:", "Shmem:", "Slab:",
                           "SReclaimable:", "SUnreclaim:"}) {
    line(name, 0);
  }
}

void uptime(Process &, bool, std::string &text) {
  const uint64_t up = ticks(CLOCK_BOOTTIME);
  append(text, "%llu.%02llu 0.00\n", number(up / 100), number(up % 100));
}

// The machine's one processor: what it worked is what the host's process did.
void processor_time(Process &process, bool, std::string &text) {
  const uint64_t up = ticks(CLOCK_BOOTTIME);
  const uint64_t busy = std::min(up, ticks(CLOCK_PROCESS_CPUTIME_ID));
  for (const char *name : {"cpu ", "cpu0"}) {
    append(text, "%s %llu 0 0 %llu 0 0 0 0 0 0\n", name, number(busy), number(up - busy));
  }
  const auto processes = process.personality.processes_of(*process.run);
  append(text, "intr 0\nctxt 0\nbtime %lld\nprocesses %zu\nprocs_running 1\nprocs_blocked 0\n",
         static_cast<long long>(std::time(nullptr)) - static_cast<long long>(up / 100), processes.size());
}

void load_average(Process &process, bool, std::string &text) {
  const auto processes = process.personality.processes_of(*process.run);
  append(text, "0.00 0.00 0.00 1/%zu %u\n", processes.size(), processes.empty() ? process.id : processes.back()->id);
}

void version(Process &, bool, std::string &text) {
  append(text, "Linux version %s %s\n", kKernelRelease, kKernelVersion);
}
void kernel_version(Process &, bool, std::string &text) { append(text, "%s\n", kKernelVersion); }
void file_systems(Process &, bool, std::string &text) { text = "nodev\tproc\nnodev\ttmpfs\nnodev\trootfs\n"; }
void os_release(Process &, bool, std::string &text) { append(text, "%s\n", kKernelRelease); }
void os_type(Process &, bool, std::string &text) { text = "Linux\n"; }
void host_name(Process &p, bool, std::string &text) {
  append(text, "%s\n", p.personality.settings().host_name.c_str());
}
void domain_name(Process &, bool, std::string &text) { text = "(none)\n"; }
void overflow_id(Process &, bool, std::string &text) { text = "65534\n"; }

void random_uuid(Process &, bool, std::string &text) {
  uint8_t b[16];
  if (::getrandom(b, sizeof b, 0) != sizeof b) return;
  b[6] = static_cast<uint8_t>((b[6] & 0x0f) | 0x40);  // RFC 9562, section 5.4
  b[8] = static_cast<uint8_t>((b[8] & 0x3f) | 0x80);
  for (int i = 0; i < 16; ++i) append(text, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", b[i]);
  text += '\n';
}

template <uint64_t value>
void constant(Process &, bool, std::string &text) {
  append(text, "%llu\n", number(value));
}

constexpr VirtualText kTexts[] = {
    {"/proc/cpuinfo", cpu_information},
    {"/proc/filesystems", file_systems},
    {"/proc/loadavg", load_average},
    {"/proc/meminfo", memory_information},
    {"/proc/stat", processor_time},
    {"/proc/sys/fs/file-max", constant<65536>},
    {"/proc/sys/fs/nr_open", constant<65536>},
    {"/proc/sys/fs/pipe-max-size", constant<1048576>},
    {"/proc/sys/kernel/cap_last_cap", constant<40>},
    {"/proc/sys/kernel/domainname", domain_name},
    {"/proc/sys/kernel/hostname", host_name},
    {"/proc/sys/kernel/ngroups_max", constant<65536>},
    {"/proc/sys/kernel/osrelease", os_release},
    {"/proc/sys/kernel/ostype", os_type},
    {"/proc/sys/kernel/overflowgid", overflow_id},
    {"/proc/sys/kernel/overflowuid", overflow_id},
    {"/proc/sys/kernel/pid_max", constant<32768>},
    {"/proc/sys/kernel/random/entropy_avail", constant<256>},
    {"/proc/sys/kernel/random/uuid", random_uuid},
    {"/proc/sys/kernel/threads-max", constant<32768>},
    {"/proc/sys/kernel/version", kernel_version},
    {"/proc/sys/vm/max_map_count", constant<65530>},
    {"/proc/sys/vm/mmap_min_addr", constant<kLowestAddress>},
    {"/proc/sys/vm/overcommit_memory", constant<0>},
    {"/proc/uptime", uptime},
    {"/proc/version", version},
};

}  // namespace

const std::span<const VirtualText> kSystemTexts = kTexts;

}  // namespace vmp_linux
