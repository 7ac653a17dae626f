#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/sysinfo.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "calls/calls.h"
#include "identity.h"
#include "personality.h"

namespace vmp_linux::calls {
namespace {

constexpr size_t kNameSize = 16;  // of comm, with its NUL

}  // namespace

int64_t uname(Thread &thread, Ptr to) {
  struct {
    char system[65], node[65], release[65], version[65], machine[65], domain[65];
  } name{};
  const auto set = [](char(&field)[65], const char *text) { std::snprintf(field, sizeof field, "%s", text); };
  set(name.system, "Linux");
  set(name.node, thread.personality.settings().host_name.c_str());
  set(name.release, kKernelRelease);
  set(name.version, kKernelVersion);
  set(name.machine, thread.personality.architecture().name);
  set(name.domain, "(none)");
  return thread.process.memory().put(to, name) ? 0 : -EFAULT;
}

int64_t sysinfo(Thread &thread, Ptr to) {
  struct ::sysinfo information {};  // the same layout on every 64-bit architecture
  static_assert(sizeof information == 112);
  const auto *memory = thread.personality.services().machine->memory(thread.personality.machine());
  timespec uptime{};
  clock_gettime(CLOCK_BOOTTIME, &uptime);
  information.uptime = uptime.tv_sec;
  information.totalram = memory->size;
  information.freeram = memory->size - std::min(memory->size, memory->allocated.load(std::memory_order_relaxed));
  information.procs =
      static_cast<uint16_t>(std::min<size_t>(thread.personality.processes_of(*thread.process.run).size(), UINT16_MAX));
  information.mem_unit = 1;
  return thread.process.memory().put(to, information) ? 0 : -EFAULT;
}

int64_t getrandom(Thread &thread, Ptr buffer, uint64_t size, uint32_t flags) {
  uint8_t *host = thread.process.memory().host_range(buffer, size, VMP_PROTECTION_WRITE);
  if (host == nullptr) return -EFAULT;
  return errno_or(::getrandom(host, size, flags));
}

int64_t prctl(Thread &thread, int option, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  Process &process = thread.process;
  switch (option) {
    case PR_SET_NAME: {
      char name[kNameSize] = {};
      const int error = process.memory().read_string(Ptr(a), name, sizeof name);
      if (error == -EFAULT) return error;
      name[sizeof name - 1] = '\0';
      std::lock_guard lock(process.public_mutex);
      process.facts.name = name;
      return 0;
    }
    case PR_GET_NAME: {
      char name[kNameSize] = {};
      process.name().copy(name, sizeof name - 1);
      return process.memory().put(Ptr(a), name) ? 0 : -EFAULT;
    }
    case PR_GET_DUMPABLE:
      return 1;
    case PR_SET_DUMPABLE:
      return a <= 1 ? 0 : -EINVAL;
    case PR_SET_PDEATHSIG:
      if (a > kSignalCount) return -EINVAL;
      process.parent_death_signal = static_cast<int>(a);
      return 0;
    case PR_GET_PDEATHSIG: {
      const int32_t number = process.parent_death_signal;
      return process.memory().put(Ptr(a), number) ? 0 : -EFAULT;
    }
    case PR_SET_CHILD_SUBREAPER:
      thread.personality.table().set_subreaper(process, a != 0);
      return 0;
    case PR_GET_CHILD_SUBREAPER: {
      const int32_t value = process.family.is_subreaper ? 1 : 0;
      return process.memory().put(Ptr(a), value) ? 0 : -EFAULT;
    }
    case PR_GET_NO_NEW_PRIVS:
      return process.no_new_privileges ? 1 : 0;
    case PR_SET_NO_NEW_PRIVS:
      if (a != 1 || b != 0 || c != 0 || d != 0) return -EINVAL;
      process.no_new_privileges = true;
      return 0;
    default:
      return -EINVAL;
  }
}

int64_t personality(Thread &, uint32_t persona) {
  constexpr uint32_t kQuery = 0xffffffff;
  return persona == kQuery || persona == 0 ? 0 : -EINVAL;
}

int64_t membarrier(Thread &, int command, uint32_t flags, int) {
  constexpr int kQuery = 0;
  return command == kQuery && flags == 0 ? 0 : -EINVAL;  // the answer to a query: no command is supported
}

// arch/x86/kernel/process_64.c. An engine takes the bases over from the state.
int64_t arch_prctl(Thread &thread, int option, uint64_t address) {
  if (thread.personality.architecture().id != VMP_ARCHITECTURE_X86_64) return -ENOSYS;
  constexpr int kSetGs = 0x1001, kSetFs = 0x1002, kGetFs = 0x1003, kGetGs = 0x1004;
  auto &state = *reinterpret_cast<vmp_x86_64_state *>(thread.state);
  uint64_t &base = option == kSetGs || option == kGetGs ? state.gs.base : state.fs.base;
  // The program may have set them without a call (WRFSBASE).
  const vmp_machine_service *machine = thread.personality.services().machine;
  machine->vcpu_load(thread.vcpu, VMP_STATE_SYSTEM, nullptr);
  switch (option) {
    case kSetGs:
    case kSetFs:
      if (address >= thread.process.map->end()) return -EPERM;
      base = address;
      return 0;
    case kGetFs:
    case kGetGs:
      return thread.process.memory().put(GuestPointer(address), base) ? 0 : -EFAULT;
    default:
      return -EINVAL;
  }
}

}  // namespace vmp_linux::calls
