// fcntl(2) and ioctl(2): what the argument is depends on the command.
#include <fcntl.h>
#include <sys/ioctl.h>

#include "trace/kinds.h"
#include "trace/terminal.h"

namespace vmp_linux::trace {
namespace {

#define NAME(constant) \
  { static_cast<uint64_t>(constant), #constant }

constexpr uint64_t kGetLock = 5, kSetLock = 6, kSetLockWait = 7;  // as on every 64-bit architecture
constexpr Name kCommandNames[] = {
    NAME(F_DUPFD),           NAME(F_GETFD),         NAME(F_SETFD),         NAME(F_GETFL),
    NAME(F_SETFL),           {kGetLock, "F_GETLK"}, {kSetLock, "F_SETLK"}, {kSetLockWait, "F_SETLKW"},
    NAME(F_SETOWN),          NAME(F_GETOWN),        NAME(F_SETSIG),        NAME(F_GETSIG),
    NAME(F_SETOWN_EX),       NAME(F_GETOWN_EX),     NAME(F_OFD_GETLK),     NAME(F_OFD_SETLK),
    NAME(F_OFD_SETLKW),      NAME(F_SETLEASE),      NAME(F_GETLEASE),      NAME(F_NOTIFY),
    NAME(F_DUPFD_CLOEXEC),   NAME(F_SETPIPE_SZ),    NAME(F_GETPIPE_SZ),    NAME(F_ADD_SEALS),
    NAME(F_GET_SEALS),       NAME(F_GET_RW_HINT),   NAME(F_SET_RW_HINT),   NAME(F_GET_FILE_RW_HINT),
    NAME(F_SET_FILE_RW_HINT)};
constexpr Names kCommands = {kCommandNames, "F_???"};
constexpr Name kDescriptorNames[] = {NAME(FD_CLOEXEC)};
constexpr Names kDescriptorFlags = {kDescriptorNames, "FD_???"};
constexpr Name kLockNames[] = {NAME(F_RDLCK), NAME(F_WRLCK), NAME(F_UNLCK)};
constexpr Names kLocks = {kLockNames, "F_???"};
constexpr Name kSealNames[] = {
    NAME(F_SEAL_SEAL), NAME(F_SEAL_SHRINK), NAME(F_SEAL_GROW), NAME(F_SEAL_WRITE), {0x10, "F_SEAL_FUTURE_WRITE"}};
constexpr Names kSeals = {kSealNames, "F_SEAL_???"};

struct GuestLock {
  int16_t type;
  int16_t whence;
  int32_t padding;
  int64_t start;
  int64_t length;
  int32_t process;
  int32_t padding_after;
};

void print_lock(Printer &to, uint64_t at, bool asks) {
  GuestLock lock;
  if (!to.fetch(at, lock)) return;
  to.put("{l_type=");
  to.symbol(kLocks, static_cast<uint16_t>(lock.type));
  to.put(", l_whence=");
  to.symbol(kSeekNames, static_cast<uint16_t>(lock.whence));
  to.put(", l_start=" + std::to_string(lock.start) + ", l_len=" + std::to_string(lock.length));
  if (asks) to.put(", l_pid=" + std::to_string(lock.process));
  to.put("}");
}

void print_fcntl_argument(Printer &to, unsigned index, const Names *) {
  const uint64_t argument = to.arguments[index];
  switch (static_cast<uint32_t>(to.arguments[index - 1])) {
    case F_GETFD:
    case F_GETFL:
    case F_GETOWN:
    case F_GETSIG:
    case F_GETLEASE:
    case F_GETPIPE_SZ:
    case F_GET_SEALS:
      return;
    case F_SETFD:
      return to.flags(kDescriptorFlags, static_cast<uint32_t>(argument));
    case F_SETFL:
      return print_open_flags(to, static_cast<uint32_t>(argument));
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
    case F_SETOWN:
    case F_SETPIPE_SZ:
      return to.put(std::to_string(static_cast<int32_t>(argument)));
    case F_SETLEASE:
      return to.symbol(kLocks, static_cast<uint32_t>(argument));
    case F_SETSIG:
      return print_signal(to, static_cast<int32_t>(argument));
    case F_ADD_SEALS:
      return to.flags(kSeals, static_cast<uint32_t>(argument));
    case kGetLock:
    case F_OFD_GETLK:
      return print_lock(to, argument, true);
    case kSetLock:
    case kSetLockWait:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
      return print_lock(to, argument, false);
    default:
      return to.format("%#llx", static_cast<unsigned long long>(argument));
  }
}

// include/uapi/asm-generic/ioctls.h
constexpr Name kRequestNames[] = {{0x5401, "TCGETS"},
                                  {0x5402, "TCSETS"},
                                  {0x5403, "TCSETSW"},
                                  {0x5404, "TCSETSF"},
                                  {0x5405, "TCGETA"},
                                  {0x5406, "TCSETA"},
                                  {0x5407, "TCSETAW"},
                                  {0x5408, "TCSETAF"},
                                  {0x5409, "TCSBRK"},
                                  {0x540a, "TCXONC"},
                                  {0x540b, "TCFLSH"},
                                  {0x540c, "TIOCEXCL"},
                                  {0x540d, "TIOCNXCL"},
                                  {0x540e, "TIOCSCTTY"},
                                  {0x540f, "TIOCGPGRP"},
                                  {0x5410, "TIOCSPGRP"},
                                  {0x5411, "TIOCOUTQ"},
                                  {0x5412, "TIOCSTI"},
                                  {0x5413, "TIOCGWINSZ"},
                                  {0x5414, "TIOCSWINSZ"},
                                  {0x541b, "FIONREAD"},
                                  {0x5421, "FIONBIO"},
                                  {0x5422, "TIOCNOTTY"},
                                  {0x5423, "TIOCSETD"},
                                  {0x5424, "TIOCGETD"},
                                  {0x5425, "TCSBRKP"},
                                  {0x5427, "TIOCSBRK"},
                                  {0x5428, "TIOCCBRK"},
                                  {0x5429, "TIOCGSID"},
                                  {0x5450, "FIONCLEX"},
                                  {0x5451, "FIOCLEX"},
                                  {0x5452, "FIOASYNC"},
                                  {0x5460, "FIOQSIZE"},
                                  {0x802c542a, "TCGETS2"},
                                  {0x402c542b, "TCSETS2"},
                                  {0x80045430, "TIOCGPTN"},
                                  {0x40045431, "TIOCSPTLCK"},
                                  {0x5441, "TIOCGPTPEER"},
                                  {0x40049409, "FICLONE"},
                                  {0x1260, "BLKGETSIZE"},
                                  {0x80081272, "BLKGETSIZE64"},
                                  {0x80086601, "FS_IOC_GETFLAGS"},
                                  {0x40086602, "FS_IOC_SETFLAGS"}};

void print_request(Printer &to, unsigned index, const Names *) {
  const auto request = static_cast<uint32_t>(to.arguments[index]);
  for (const Name &each : kRequestNames) {
    if (each.value == request) return to.put(each.name);
  }
  // include/uapi/asm-generic/ioctl.h
  static constexpr const char *kDirections[] = {"_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE"};
  to.format("_IOC(%s, %#x, %#x, %#x)", kDirections[request >> 30], (request >> 8) & 0xff, request & 0xff,
            (request >> 16) & 0x3fff);
}

void print_number(Printer &to, uint64_t at) {
  int32_t value;
  if (to.fetch(at, value)) to.format("[%d]", value);
}

void print_ioctl_argument(Printer &to, unsigned index, const Names *) {
  const uint64_t argument = to.arguments[index];
  const auto request = static_cast<uint32_t>(to.arguments[index - 1]);
  switch (request) {
    case 0x5401:  // TCGETS
      return print_terminal(to, argument);
    case 0x5402:  // TCSETS, TCSETSW, TCSETSF
    case 0x5403:
    case 0x5404: {
      to.output = false;
      return print_terminal(to, argument);
    }
    case 0x5413:  // TIOCGWINSZ
      return print_window_size(to, argument);
    case 0x5414:  // TIOCSWINSZ
      to.output = false;
      return print_window_size(to, argument);
    case 0x540b:  // TCFLSH
      return print_flush(to, argument);
    case 0x5409:  // TCSBRK, TIOCSCTTY, TCSBRKP
    case 0x540e:
    case 0x5425:
      return to.put(std::to_string(static_cast<int32_t>(argument)));
    case 0x540f:  // TIOCGPGRP, TIOCOUTQ, FIONREAD, TIOCGETD, TIOCGSID, TIOCGPTN
    case 0x5411:
    case 0x541b:
    case 0x5424:
    case 0x5429:
    case 0x80045430:
      return print_number(to, argument);
    case 0x5410:  // TIOCSPGRP, FIONBIO, TIOCSETD, FIOASYNC, TIOCSPTLCK
    case 0x5421:
    case 0x5423:
    case 0x5452:
    case 0x40045431:
      to.output = false;
      return print_number(to, argument);
    case 0x540c:  // TIOCEXCL, TIOCNXCL, TIOCNOTTY, TIOCSBRK, TIOCCBRK, FIONCLEX, FIOCLEX
    case 0x540d:
    case 0x5422:
    case 0x5427:
    case 0x5428:
    case 0x5450:
    case 0x5451:
      return;
    default:
      return to.format("%#llx", static_cast<unsigned long long>(argument));
  }
}

}  // namespace

namespace kinds {

const Kind fcntl_command = {print_symbol, &kCommands};
const Kind fcntl_argument = {print_fcntl_argument, nullptr, When::leaving};
const Kind ioctl_request = {print_request};
const Kind ioctl_argument = {print_ioctl_argument, nullptr, When::leaving};

}  // namespace kinds

namespace results {

void of_fcntl(Printer &to) {
  const auto value = static_cast<uint32_t>(to.result);
  switch (static_cast<uint32_t>(to.arguments[1])) {
    case F_GETFD:
      to.format("%#x", value);
      if (value != 0) to.note = "flags " + flags_text(kDescriptorFlags, value);
      return;
    case F_GETFL:
      to.format("%#x", value);
      to.note = "flags " + open_flags_text(value);
      return;
    case F_GET_SEALS:
      to.format("%#x", value);
      if (value != 0) to.note = "seals " + flags_text(kSeals, value);
      return;
    default:
      return decimal(to);
  }
}

}  // namespace results
}  // namespace vmp_linux::trace
