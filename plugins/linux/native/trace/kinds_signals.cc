// Signals: their names, sets, actions and what arrives with them.
#include <csignal>
#include <cstdio>
#include <cstring>
#include <vector>

#include "personality.h"
#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

#define NAME(constant) \
  { static_cast<uint32_t>(constant), #constant }

constexpr int kFirstRealTime = 32;  // the kernel's, not the C library's

constexpr Name kFlagNames[] = {{0x4000000, "SA_RESTORER"}, {0x8000000, "SA_ONSTACK"},    {0x10000000, "SA_RESTART"},
                               {0x40000000, "SA_NODEFER"}, {0x80000000, "SA_RESETHAND"}, {4, "SA_SIGINFO"},
                               {1, "SA_NOCLDSTOP"},        {2, "SA_NOCLDWAIT"}};
constexpr Names kFlags = {kFlagNames, "SA_???"};
constexpr uint64_t kRestorer = 0x4000000;
constexpr Name kChangeNames[] = {{0, "SIG_BLOCK"}, {1, "SIG_UNBLOCK"}, {2, "SIG_SETMASK"}};
constexpr Names kChanges = {kChangeNames, "SIG_???"};
constexpr Name kStackNames[] = {{1, "SS_ONSTACK"}, {2, "SS_DISABLE"}, {1u << 31, "SS_AUTODISARM"}};
constexpr Names kStackFlags = {kStackNames, "SS_???"};

// By signal where a code is positive (include/uapi/asm-generic/siginfo.h).
constexpr Name kGeneralCodes[] = {NAME(SI_USER),    NAME(SI_KERNEL), NAME(SI_QUEUE), NAME(SI_TIMER),  NAME(SI_MESGQ),
                                  NAME(SI_ASYNCIO), NAME(SI_SIGIO),  NAME(SI_TKILL), NAME(SI_ASYNCNL)};
constexpr Name kChildCodes[] = {NAME(CLD_EXITED),  NAME(CLD_KILLED),  NAME(CLD_DUMPED),
                                NAME(CLD_TRAPPED), NAME(CLD_STOPPED), NAME(CLD_CONTINUED)};
constexpr Name kSegmentCodes[] = {NAME(SEGV_MAPERR), NAME(SEGV_ACCERR)};
constexpr Name kBusCodes[] = {NAME(BUS_ADRALN), NAME(BUS_ADRERR), NAME(BUS_OBJERR)};
constexpr Name kIllegalCodes[] = {NAME(ILL_ILLOPC), NAME(ILL_ILLOPN), NAME(ILL_ILLADR), NAME(ILL_ILLTRP),
                                  NAME(ILL_PRVOPC), NAME(ILL_PRVREG), NAME(ILL_COPROC), NAME(ILL_BADSTK)};
constexpr Name kFloatCodes[] = {NAME(FPE_INTDIV), NAME(FPE_INTOVF), NAME(FPE_FLTDIV), NAME(FPE_FLTOVF),
                                NAME(FPE_FLTUND), NAME(FPE_FLTRES), NAME(FPE_FLTINV), NAME(FPE_FLTSUB)};
constexpr Name kTrapCodes[] = {NAME(TRAP_BRKPT), NAME(TRAP_TRACE)};

std::span<const Name> codes_of(int number) {
  switch (number) {
    case SIGCHLD:
      return kChildCodes;
    case SIGSEGV:
      return kSegmentCodes;
    case SIGBUS:
      return kBusCodes;
    case SIGILL:
      return kIllegalCodes;
    case SIGFPE:
      return kFloatCodes;
    case SIGTRAP:
      return kTrapCodes;
    default:
      return {};
  }
}

std::string code_text(int number, int code) {
  for (const std::span<const Name> names : {std::span<const Name>(kGeneralCodes), codes_of(number)}) {
    for (const Name &each : names) {
      if (each.value == static_cast<uint32_t>(code)) return each.name;
    }
  }
  char text[16];
  std::snprintf(text, sizeof text, "%#x", static_cast<unsigned>(code));
  return text;
}

struct TimerPart {
  int32_t timer;
  int32_t overrun;
  uint64_t value;
};

void print_sender(Printer &to, const SignalInformation &information) {
  to.format(", si_pid=%d, si_uid=%u", information.sender.process, information.sender.user);
}

void print_value(Printer &to, uint64_t value) {
  to.format(", si_int=%d, si_ptr=", static_cast<int32_t>(value));
  to.address(value);
}

void print_child(Printer &to, const SignalInformation &information) {
  const auto &child = information.child;
  print_sender(to, information);
  to.put(", si_status=");
  if (information.code == CLD_EXITED) {
    to.put(std::to_string(child.status));
  } else {
    print_signal(to, child.status);
  }
  to.put(", si_utime=");
  print_ticks(to, static_cast<uint64_t>(child.user_time));
  to.put(", si_stime=");
  print_ticks(to, static_cast<uint64_t>(child.system_time));
}

void print_sent(Printer &to, const SignalInformation &information) {
  if (information.code == SI_TIMER) {
    TimerPart timer;
    std::memcpy(&timer, information.raw, sizeof timer);
    to.format(", si_timerid=%#x, si_overrun=%d", static_cast<unsigned>(timer.timer), timer.overrun);
    return print_value(to, timer.value);
  }
  print_sender(to, information);
  if (information.code != SI_USER && information.code != SI_TKILL && information.sender.value != 0) {
    print_value(to, information.sender.value);
  }
}

void print_raised(Printer &to, const SignalInformation &information) {
  switch (information.number) {
    case SIGCHLD:
      return print_child(to, information);
    case SIGILL:
    case SIGFPE:
    case SIGBUS:
    case SIGSEGV:
    case SIGTRAP:
      to.put(", si_addr=");
      return to.address(information.fault.address);
    default:
      if (information.sender.process != 0 || information.sender.user != 0) print_sender(to, information);
      if (information.sender.value != 0) print_value(to, information.sender.value);
  }
}

void print_action(Printer &to, unsigned index, const Names *) {
  const uint64_t at = to.arguments[index];
  const bool with_restorer = to.thread.personality.architecture().sigaction_restorer;
  uint64_t words[4] = {};  // handler, flags, [restorer,] mask
  if (!to.fetch_bytes(at, words, with_restorer ? sizeof words : 3 * sizeof words[0])) return;
  to.put("{sa_handler=");
  if (words[0] == kDefaultHandler) {
    to.put("SIG_DFL");
  } else if (words[0] == kIgnoreHandler) {
    to.put("SIG_IGN");
  } else {
    to.address(words[0]);
  }
  to.put(", sa_mask=" + signal_set_text(words[with_restorer ? 3 : 2]) + ", sa_flags=");
  to.flags(kFlags, words[1]);
  if (with_restorer && (words[1] & kRestorer) != 0) {
    to.put(", sa_restorer=");
    to.address(words[2]);
  }
  to.put("}");
}

// Its size is the argument behind it, or, where another set stands between, the one behind that.
template <unsigned SizeAfter>
void print_set(Printer &to, unsigned index, const Names *) {
  print_signal_set(to, to.arguments[index], to.arguments[index + SizeAfter]);
}

struct GuestStack {
  uint64_t base;
  uint32_t flags;
  uint32_t padding;
  uint64_t size;
};

void print_stack(Printer &to, unsigned index, const Names *) {
  GuestStack stack;
  if (!to.fetch(to.arguments[index], stack)) return;
  to.put("{ss_sp=");
  to.address(stack.base);
  to.put(", ss_flags=");
  to.flags(kStackFlags, stack.flags);
  to.put(", ss_size=" + std::to_string(stack.size) + "}");
}

void print_information(Printer &to, unsigned index, const Names *) {
  SignalInformation information;
  if (to.fetch(to.arguments[index], information)) print_signal_information(to, information);
}

// The frame is taken off a copy of the registers.
void print_restored_mask(Printer &to, unsigned, const Names *) {
  const Architecture &architecture = to.thread.personality.architecture();
  std::vector<uint64_t> state((architecture.state_size + 7) / 8);
  std::memcpy(state.data(), to.thread.state, architecture.state_size);
  uint64_t mask = 0;
  AlternateStack stack;
  if (!architecture.pop_signal_frame(to.memory(), state.data(), mask, stack)) return;
  to.put("{mask=" + signal_set_text(mask) + "}");
}

}  // namespace

std::string signal_text(int number) {
  if (const char *name = signal_name(number)) return name;
  if (number == kFirstRealTime) return "SIGRTMIN";
  if (number > kFirstRealTime && number <= kSignalCount) return "SIGRT_" + std::to_string(number - kFirstRealTime);
  return std::to_string(number);
}

void print_signal(Printer &to, int number) { to.put(signal_text(number)); }

std::string signal_set_text(uint64_t mask) {
  const bool most = __builtin_popcountll(mask) >= kSignalCount * 2 / 3;  // then those that are missing
  std::string text;
  for (int number = 1; number <= kSignalCount; ++number) {
    if (((mask & signal_bit(number)) != 0) == most) continue;
    if (!text.empty()) text += ' ';
    text += signal_text(number).substr(3);
  }
  return (most ? "~[" : "[") + text + ']';
}

void print_signal_set(Printer &to, uint64_t at, uint64_t size) {
  uint64_t mask = 0;
  if (size != kSignalMaskSize) return to.address(at);
  if (to.fetch(at, mask)) to.put(signal_set_text(mask));
}

void print_signal_information(Printer &to, const SignalInformation &information) {
  if (information.number == 0) return to.put("{}");
  to.put("{si_signo=");
  print_signal(to, information.number);
  to.put(", si_code=" + code_text(information.number, information.code));
  if (information.error != 0) to.format(", si_errno=%d", information.error);
  if (information.code <= 0) {
    print_sent(to, information);
  } else {
    print_raised(to, information);
  }
  to.put("}");
}

namespace kinds {

const Kind signal = {
    [](Printer &to, unsigned index, const Names *) { print_signal(to, static_cast<int32_t>(to.arguments[index])); }};
const Kind action = {print_action};
const Kind action_written = {print_action, nullptr, When::leaving};
const Kind mask_change = {print_symbol, &kChanges};
const Kind signal_set = {print_set<1>};
const Kind signal_set_2 = {print_set<2>};
const Kind signal_set_3 = {print_set<3>};
const Kind signal_set_written = {print_set<1>, nullptr, When::leaving};
const Kind signal_information = {print_information};
const Kind signal_information_written = {print_information, nullptr, When::leaving};
const Kind alternate_stack = {print_stack};
const Kind alternate_stack_written = {print_stack, nullptr, When::leaving};
const Kind restored_mask = {print_restored_mask};

}  // namespace kinds

namespace results {

void of_signal_wait(Printer &to) {
  decimal(to);
  to.note = signal_text(static_cast<int>(to.result));
}

}  // namespace results
}  // namespace vmp_linux::trace
