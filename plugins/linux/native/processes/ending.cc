// What a parent is told of its children: wait(2), and SIGCHLD.
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>

#include "personality.h"
#include "processes/process_table.h"

namespace vmp_linux {
namespace {

using State = Process::Family::State;
constexpr uint64_t kNoChildStop = 1, kNoChildWait = 2;  // SA_NOCLDSTOP, SA_NOCLDWAIT

SignalInformation child_information(const Process &child, int number, int code, int status) {
  SignalInformation information;
  information.number = number;
  information.code = code;
  information.child.process = static_cast<int32_t>(child.id);
  information.child.user = child.family.user;
  information.child.status = status;
  const auto ticks = [](uint64_t nanoseconds) { return static_cast<int64_t>(nanoseconds / 10'000'000); };
  information.child.user_time = ticks(child.family.usage.user_nanoseconds);
  information.child.system_time = ticks(child.family.usage.system_nanoseconds);
  return information;
}

SignalAction action_of(Process &process, int number) {
  std::lock_guard lock(process.signal_mutex);
  return process.actions[static_cast<size_t>(number - 1)];
}

int ending_code(int wait_status) {
  if (WIFEXITED(wait_status)) return CLD_EXITED;
  return WCOREDUMP(wait_status) ? CLD_DUMPED : CLD_KILLED;
}

int ending_value(int wait_status) { return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : WTERMSIG(wait_status); }

bool is_meant(const Process &child, WaitTarget target) {
  switch (target.kind) {
    case WaitTarget::Kind::process:
      return child.id == target.id;
    case WaitTarget::Kind::group:
      return child.family.group == target.id;
    case WaitTarget::Kind::any:
      return true;
  }
  return false;
}

}  // namespace

int ProcessTable::wait(Process &parent, WaitTarget target, int options, WaitReport &report) {
  std::lock_guard lock(mutex_);
  bool any = false;
  for (const auto &[id, child] : processes_) {
    Process::Family &family = child->family;
    if (family.parent != parent.id || !is_meant(*child, target)) continue;
    // __WCLONE asks for the children that do not send SIGCHLD at their end, and nothing for the others.
    const bool is_clone = family.exit_signal != SIGCHLD;
    if ((options & __WALL) == 0 && is_clone != ((options & static_cast<int>(__WCLONE)) != 0)) continue;
    any = true;
    report = {id, family.wait_status, 0, family.user, family.usage};
    const bool keep = (options & WNOWAIT) != 0;
    if (family.state == State::zombie && (options & WEXITED) != 0) {
      report.code = ending_code(family.wait_status);
      if (keep) return 0;
      parent.children_usage += family.usage;
      erase(id);
      return 0;
    }
    if (family.stop_unreported && (options & WSTOPPED) != 0) {
      report.code = CLD_STOPPED;
      if (!keep) family.stop_unreported = false;
      return 0;
    }
    if (family.continue_unreported && (options & WCONTINUED) != 0) {
      report.code = CLD_CONTINUED;
      report.status = 0xffff;
      if (!keep) family.continue_unreported = false;
      return 0;
    }
  }
  report = {};
  return any ? 0 : -ECHILD;
}

// number: the signal that says so; 0: none. It may wait for this with the signal blocked or ignored.
void ProcessTable::tell_parent(Process &child, int number, int code, int status) {
  const auto found = processes_.find(child.family.parent);
  if (found == processes_.end()) return;
  Process &parent = *found->second;
  if (number != 0) send_signal(parent, nullptr, child_information(child, number, code, status));
  wake(parent);
}

// A stop or a continuation: SIGCHLD, whatever tells of the child's end.
void ProcessTable::tell_change(Process &child, int code, int status) {
  const auto parent = processes_.find(child.family.parent);
  if (parent == processes_.end()) return;
  const SignalAction action = action_of(*parent->second, SIGCHLD);
  const bool is_wanted = action.handler != kIgnoreHandler && (action.flags & kNoChildStop) == 0;
  tell_parent(child, is_wanted ? SIGCHLD : 0, code, status);
}

void ProcessTable::stopped(Process &process, int signal) {
  std::lock_guard lock(mutex_);
  Process::Family &family = process.family;
  if (family.state == State::zombie) return;
  family.state = State::stopped;
  family.wait_status = signal << 8 | 0x7f;
  family.stop_unreported = true;
  family.continue_unreported = false;
  const Personality &personality = process.personality;
  personality.services().machine->process_stopped(personality.machine(), process.run->id, process.id,
                                                  static_cast<uint32_t>(signal));
  tell_change(process, CLD_STOPPED, signal);
}

void ProcessTable::continued(Process &process) {
  std::lock_guard lock(mutex_);
  Process::Family &family = process.family;
  if (family.state != State::stopped) return;
  family.state = State::running;
  family.stop_unreported = false;
  family.continue_unreported = true;
  tell_change(process, CLD_CONTINUED, SIGCONT);
}

bool ProcessTable::parent_ignores(const Process &child, const Shared &parent) const {
  if (parent == nullptr || parent->family.state == State::zombie) return true;
  if (child.family.exit_signal != SIGCHLD) return false;
  const SignalAction action = action_of(*parent, SIGCHLD);
  return action.handler == kIgnoreHandler || (action.flags & kNoChildWait) != 0;
}

// When nobody could continue the group any more and a member is stopped, the group is told to end, and continued
// (POSIX, _exit: "Consequences of Process Termination").
void ProcessTable::hang_up_orphaned(const Run &run, uint32_t group, const Process &ended) {
  const auto is_member = [&](const Process &process) {
    return process.run.get() == &run && process.family.group == group && &process != &ended;
  };
  const bool has_stopped = std::ranges::any_of(processes_, [&](const auto &entry) {
    return is_member(*entry.second) && entry.second->family.state == State::stopped;
  });
  if (!has_stopped || !is_orphaned_locked(run, group, &ended)) return;
  for (const auto &[id, member] : processes_) {
    if (!is_member(*member)) continue;
    for (const int number : {SIGHUP, SIGCONT}) {
      SignalInformation information;
      information.number = number;
      information.code = SI_KERNEL;
      send_signal(*member, nullptr, information);
    }
  }
}

void ProcessTable::ended(Process &process, int wait_status, const Usage &usage) {
  std::lock_guard lock(mutex_);
  Process::Family &family = process.family;
  family.state = State::zombie;
  family.wait_status = wait_status;
  family.stop_unreported = family.continue_unreported = false;
  family.usage = usage;
  family.usage += process.children_usage;
  const Run &run = *process.run;

  const uint32_t reaper = reaper_of(process);
  std::vector<uint32_t> gone;
  for (const auto &[id, child] : processes_) {
    if (child->family.parent != process.id) continue;
    child->family.parent = reaper;
    child->family.exit_signal = SIGCHLD;
    if (child->family.state == State::zombie && tell_end(*child)) gone.push_back(id);
    if (child->parent_death_signal != 0) {
      SignalInformation information;
      information.number = child->parent_death_signal;
      information.sender.process = static_cast<int32_t>(process.id);
      send_signal(*child, nullptr, information);
    }
    if (child->family.group != family.group && child->family.session == family.session)
      hang_up_orphaned(run, child->family.group, process);
  }
  const auto above = processes_.find(family.parent);
  if (above != processes_.end() && above->second->family.group != family.group &&
      above->second->family.session == family.session)
    hang_up_orphaned(run, family.group, process);
  for (const uint32_t id : gone) erase(id);

  Terminal &terminal = process.run->terminal;
  if (terminal.session == process.id && family.session == process.id) {
    SignalInformation hangup;
    hangup.number = SIGHUP;
    hangup.code = SI_KERNEL;
    for (const auto &[id, member] : processes_) {
      if (member.get() != &process && member->run.get() == &run && member->family.group == terminal.foreground_group)
        send_signal(*member, nullptr, hangup);
    }
    terminal = {};
  }

  if (tell_end(process)) erase(process.id);
}

// Who becomes the parent of its children: the nearest above that asked for it, or init, which waits for each at once.
uint32_t ProcessTable::reaper_of(const Process &process) const {
  for (auto at = processes_.find(process.family.parent); at != processes_.end();
       at = processes_.find(at->second->family.parent)) {
    if (at->second->family.is_subreaper) return at->first;
  }
  return kInit;
}

// A zombie, to its parent. Whether nobody will wait for it.
bool ProcessTable::tell_end(Process &child) {
  const Process::Family &family = child.family;
  const auto found = processes_.find(family.parent);
  const Shared parent = found == processes_.end() ? nullptr : found->second;
  const bool unwanted = parent_ignores(child, parent);
  // Who ignores its children's ends is not told of them by a signal either.
  const bool is_ignored =
      parent != nullptr && family.exit_signal == SIGCHLD && action_of(*parent, SIGCHLD).handler == kIgnoreHandler;
  tell_parent(child, is_ignored ? 0 : family.exit_signal, ending_code(family.wait_status),
              ending_value(family.wait_status));
  return unwanted;
}

}  // namespace vmp_linux
