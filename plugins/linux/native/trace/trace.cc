#include "trace/trace.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "personality.h"
#include "trace/arguments.h"

namespace vmp_linux {
namespace {

using trace::Form;
using trace::Kind;
using trace::Printer;
using trace::When;

constexpr size_t kResultColumn = 40;
constexpr int kPatience = 50;  // milliseconds between looks at whether the run is being stopped

const CallNumber *find_call(const Thread &thread, uint64_t number) {
  const auto &calls = thread.personality.architecture().calls;
  const auto found = std::ranges::lower_bound(calls, number, {}, &CallNumber::number);
  return found != calls.end() && found->number == number ? &*found : nullptr;
}

// The arguments from `first` on, up to one that is known only when leaving.
unsigned print_arguments(Printer &to, const Form &form, unsigned first) {
  unsigned index = first;
  for (; index < form.kinds.size() && form.kinds[index] != nullptr; ++index) {
    const Kind &kind = *form.kinds[index];
    if (!to.leaving && kind.when == When::leaving) break;
    if (index != 0) to.put(", ");
    const size_t before = to.text.size();
    to.output = kind.when == When::leaving;
    kind.print(to, index, kind.names);
    if (index != 0 && to.text.size() == before) to.text.resize(before - 2);
  }
  return index;
}

void print_unknown(Printer &to, uint64_t number) {
  to.format("syscall_%#llx(", static_cast<unsigned long long>(number));
  for (unsigned i = 0; i < 6; ++i) {
    to.format(i == 0 ? "%#llx" : ", %#llx", static_cast<unsigned long long>(to.arguments[i]));
  }
}

const char *restart_text(int64_t result) {
  switch (-result) {
    case kRestartSystem:
      return "? ERESTARTSYS (To be restarted if SA_RESTART is set)";
    case kRestartAlways:
      return "? ERESTARTNOINTR (To be restarted)";
    case kRestartNoHandler:
      return "? ERESTARTNOHAND (To be restarted if no handler)";
    default:
      return "? ERESTART_RESTARTBLOCK (Interrupted by signal)";
  }
}

void print_result(Printer &to, const Form *form) {
  if (is_restart(to.result)) return to.put(restart_text(to.result));
  if (to.failed()) {
    const int error = static_cast<int>(-to.result);
    const char *name = strerrorname_np(error), *description = strerrordesc_np(error);
    if (name == nullptr) return to.format("-1 (errno %d)", error);
    return to.format("-1 %s (%s)", name, description);
  }
  (form != nullptr ? form->result : trace::results::decimal)(to);
  if (!to.note.empty()) to.put(" (" + to.note + ")");
}

bool stops(const Thread &thread) {
  return (thread.vcpu->requests.load(std::memory_order_acquire) & VMP_REQUEST_STOP) != 0;
}

}  // namespace

void Trace::say(const Thread &thread, std::string_view text) {
  std::string line;
  if (processes_.load(std::memory_order_relaxed) > 1) {
    char prefix[32];
    std::snprintf(prefix, sizeof prefix, "[pid %5u] ", thread.id);
    line = prefix;
  }
  // A call and its result, which stand in columns, are parted by a tab.
  const size_t tab = text.find('\t');
  line += text.substr(0, tab);
  if (tab != std::string_view::npos) {
    line.resize(std::max(line.size() + 1, kResultColumn), ' ');
    line += text.substr(tab + 1);
  }
  line += '\n';
  std::string_view left = line;
  while (!left.empty() && !closed_.load(std::memory_order_relaxed)) {
    pollfd ready = {descriptor_, POLLOUT, 0};
    const int answered = ::poll(&ready, 1, kPatience);
    if (answered == 0 || (answered < 0 && errno == EINTR)) {
      if (stops(thread)) return;
      continue;
    }
    const ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written >= 0) {
      left.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      closed_.store(true, std::memory_order_relaxed);
    }
  }
}

void Trace::enter(Thread &thread, uint64_t number, const uint64_t *arguments) {
  TracedCall &call = thread.traced;
  call.interrupted.clear();
  call.text.clear();
  Printer to(thread, arguments, call.text);
  const CallNumber *known = find_call(thread, number);
  if (known == nullptr) return print_unknown(to, number);
  to.put(kSystemCalls[static_cast<size_t>(known->call)].name);
  to.put("(");
  call.printed = print_arguments(to, trace::form_of(known->call), 0);
  if (known->call != Call::exit && known->call != Call::exit_group) return;
  say(thread, call.text + ")\t= ?");
  call.text.clear();
}

void Trace::leave(Thread &thread, uint64_t number, const uint64_t *arguments, int64_t result) {
  TracedCall &call = thread.traced;
  if (call.text.empty()) return;
  Printer to(thread, arguments, call.text);
  to.leaving = true;
  to.result = result;
  const CallNumber *known = find_call(thread, number);
  const Form *form = known != nullptr ? &trace::form_of(known->call) : nullptr;
  if (form != nullptr) print_arguments(to, *form, call.printed);
  to.put(")\t= ");
  print_result(to, form);
  if (is_restart(result)) {
    call.interrupted = std::move(call.text);
  } else {
    say(thread, call.text);
  }
  call.text.clear();
}

void Trace::signal(Thread &thread, const SignalInformation &information) {
  if (information.number == SIGKILL) return;  // as strace, which sees only the end
  if (!thread.traced.interrupted.empty()) say(thread, thread.traced.interrupted);
  thread.traced.interrupted.clear();
  std::string text;
  Printer to(thread, nullptr, text);
  to.put("--- ");
  trace::print_signal(to, information.number);
  to.put(" ");
  trace::print_signal_information(to, information);
  to.put(" ---");
  say(thread, text);
}

void Trace::ended(Process &process, int code, int signal) {
  for (const auto &thread : process.threads) {
    TracedCall &call = thread->traced;
    // What was waiting in a call when it was killed is not told of another interruption.
    if (!call.interrupted.empty())
      say(*thread, signal == SIGKILL
                       ? call.interrupted.substr(0, call.interrupted.rfind(")\t= ")) + " <unfinished ...>)\t= ?"
                       : call.interrupted);
    if (!call.text.empty()) say(*thread, call.text + " <unfinished ...>)\t= ?");
    call = {};
    std::string text = "+++ exited with " + std::to_string(code) + " +++";
    if (signal != 0) text = "+++ killed by " + trace::signal_text(signal) + " +++";
    say(*thread, text);
  }
  processes_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace vmp_linux
