#include "terminal.h"

#include <termios.h>

#include <cerrno>

#include "personality.h"

namespace vmp_linux {
namespace {

bool is_background(const ProcessTable &table, const Process &process) {
  const Terminal terminal = table.terminal(*process.run);
  const Process::Family family = table.family(process);
  return terminal.session == family.session && terminal.foreground_group != family.group;
}

bool takes_no_notice(Thread &thread, int number) {
  std::lock_guard lock(thread.process.signal_mutex);
  return (thread.blocked_signals & signal_bit(number)) != 0 ||
         thread.process.actions[static_cast<size_t>(number - 1)].handler == kIgnoreHandler;
}

int64_t stop_group(Thread &thread, int number) {
  ProcessTable &table = thread.personality.table();
  SignalInformation information;
  information.number = number;
  information.code = SI_KERNEL;
  for (const auto &member : table.group(*thread.process.run, table.family(thread.process).group))
    send_signal(*member, nullptr, information);
  return -kRestartSystem;
}

}  // namespace

int64_t check_terminal_read(Thread &thread) {
  const ProcessTable &table = thread.personality.table();
  if (!is_background(table, thread.process)) return 0;
  if (takes_no_notice(thread, SIGTTIN) || table.is_orphaned(thread.process)) return -EIO;
  return stop_group(thread, SIGTTIN);
}

int64_t check_terminal_write(Thread &thread, int host) {
  if (!is_background(thread.personality.table(), thread.process)) return 0;
  termios settings;
  if (::tcgetattr(host, &settings) != 0 || (settings.c_lflag & TOSTOP) == 0) return 0;
  return check_terminal_change(thread);
}

int64_t check_terminal_change(Thread &thread) {
  const ProcessTable &table = thread.personality.table();
  if (!is_background(table, thread.process) || takes_no_notice(thread, SIGTTOU)) return 0;
  if (table.is_orphaned(thread.process)) return -EIO;
  return stop_group(thread, SIGTTOU);
}

}  // namespace vmp_linux
