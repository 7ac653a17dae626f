#include "processes/process_table.h"

#include <algorithm>
#include <cerrno>

#include "personality.h"

namespace vmp_linux {
namespace {

using State = Process::Family::State;
constexpr uint32_t kLargestId = 4'194'304;  // as Linux's pid_max on 64 bits

}  // namespace

uint32_t ProcessTable::reserve(Run &run) {
  std::lock_guard lock(mutex_);
  if (run.process_limit != 0 && run.processes >= run.process_limit) return 0;
  if (processes_.size() + reserved_.size() >= kLargestId / 2) return 0;
  do {
    last_id_ = last_id_ >= kLargestId ? kInit + 1 : last_id_ + 1;
  } while (processes_.contains(last_id_) || reserved_.contains(last_id_));
  reserved_.emplace(last_id_, true);
  ++run.processes;
  ++run.processes_so_far;
  return last_id_;
}

void ProcessTable::release(Run &run, uint32_t id) {
  std::lock_guard lock(mutex_);
  if (reserved_.erase(id) == 0) return;
  --run.processes;
  --run.processes_so_far;
}

void ProcessTable::add_first(Shared process) {
  std::lock_guard lock(mutex_);
  reserved_.erase(process->id);
  process->run->first_process = process->id;
  process->run->terminal = {process->id, process->id};
  processes_.emplace(process->id, std::move(process));
}

bool ProcessTable::add_child(Thread &maker, const Shared &child, bool sibling) {
  std::lock_guard lock(mutex_);
  if (signal_waits(maker)) return false;
  const Process::Family &family = maker.process.family;
  reserved_.erase(child->id);
  child->family.group = family.group;
  child->family.session = family.session;
  child->family.parent = sibling ? family.parent : maker.process.id;
  processes_.emplace(child->id, child);
  return true;
}

void ProcessTable::remove(uint32_t id) {
  std::lock_guard lock(mutex_);
  erase(id);
}

ProcessTable::Shared ProcessTable::find(uint32_t id) const {
  std::lock_guard lock(mutex_);
  const auto found = processes_.find(id);
  return found == processes_.end() ? nullptr : found->second;
}

ProcessTable::Shared ProcessTable::first_of(uint32_t run) const {
  std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(processes_, [run](const auto &entry) {
    return entry.second->run->id == run && entry.second->run->first_process == entry.first;
  });
  return found == processes_.end() ? nullptr : found->second;
}

std::vector<ProcessTable::Shared> ProcessTable::processes_of(const Run &run) const {
  std::lock_guard lock(mutex_);
  std::vector<Shared> found;
  for (const auto &[id, process] : processes_) {
    if (process->run.get() == &run) found.push_back(process);
  }
  return found;
}

uint64_t ProcessTable::count_of(const Run &run, uint32_t user) const {
  std::lock_guard lock(mutex_);
  return static_cast<uint64_t>(std::ranges::count_if(processes_, [&](const auto &entry) {
    return entry.second->run.get() == &run && entry.second->family.user == user;
  }));
}

std::vector<ProcessTable::Shared> ProcessTable::group(const Run &run, uint32_t group) const {
  std::lock_guard lock(mutex_);
  std::vector<Shared> found;
  for (const auto &[id, process] : processes_) {
    if (process->run.get() == &run && process->family.group == group) found.push_back(process);
  }
  return found;
}

int ProcessTable::send(uint32_t run, int32_t target, const SignalInformation &information) {
  std::lock_guard lock(mutex_);
  int result = -ESRCH;
  for (const auto &[id, process] : processes_) {
    if (process->run->id != run) continue;
    const bool is_meant = target > 0   ? id == static_cast<uint32_t>(target)
                          : target < 0 ? process->family.group == static_cast<uint32_t>(-int64_t{target})
                                       : process->family.group == process->run->terminal.foreground_group;
    if (!is_meant || process->family.state == State::zombie) continue;
    const int sent = send_signal(*process, nullptr, information);
    if (result == -ESRCH || sent == 0) result = sent;
  }
  return result;
}

Process::Family ProcessTable::family(const Process &process) const {
  std::lock_guard lock(mutex_);
  return process.family;
}

Terminal ProcessTable::terminal(const Run &run) const {
  std::lock_guard lock(mutex_);
  return run.terminal;
}

uint32_t ProcessTable::processes_so_far(const Run &run) const {
  std::lock_guard lock(mutex_);
  return run.processes_so_far;
}

std::vector<ProcessTable::Shared> ProcessTable::all() const {
  std::lock_guard lock(mutex_);
  std::vector<Shared> found;
  found.reserve(processes_.size());
  for (const auto &[id, process] : processes_) found.push_back(process);
  return found;
}

uint32_t ProcessTable::last_id() const {
  std::lock_guard lock(mutex_);
  return last_id_;
}

std::vector<ProcessTable::Shared> ProcessTable::replace(std::vector<Shared> processes, uint32_t last_id) {
  std::lock_guard lock(mutex_);
  std::vector<Shared> before;
  for (auto &[id, process] : processes_) before.push_back(std::move(process));
  processes_.clear();
  for (Shared &process : processes) {
    const uint32_t id = process->id;
    processes_.emplace(id, std::move(process));
  }
  last_id_ = last_id;
  return before;
}

// setpgid(2)
int ProcessTable::set_group(Process &process, uint32_t id, uint32_t group) {
  std::lock_guard lock(mutex_);
  Process *target = &process;
  if (id != 0 && id != process.id) {
    const auto found = processes_.find(id);
    if (found == processes_.end() || found->second->family.parent != process.id) return -ESRCH;
    target = found->second.get();
    if (target->family.executed) return -EACCES;
  }
  if (group == 0) group = target->id;
  if (target->family.session == target->id || target->family.session != process.family.session) return -EPERM;
  if (group != target->id) {
    const auto is_in_session = [&](const auto &entry) {
      return entry.second->run == target->run && entry.second->family.group == group &&
             entry.second->family.session == process.family.session;
    };
    if (std::ranges::none_of(processes_, is_in_session)) return -EPERM;
  }
  target->family.group = group;
  return 0;
}

int64_t ProcessTable::group_of(Process &process, uint32_t id) const {
  std::lock_guard lock(mutex_);
  if (id == 0) return process.family.group;
  const auto found = processes_.find(id);
  return found == processes_.end() || found->second->run != process.run ? -ESRCH : int64_t{found->second->family.group};
}

int64_t ProcessTable::session_of(Process &process, uint32_t id) const {
  std::lock_guard lock(mutex_);
  if (id == 0) return process.family.session;
  const auto found = processes_.find(id);
  return found == processes_.end() || found->second->run != process.run ? -ESRCH
                                                                        : int64_t{found->second->family.session};
}

int64_t ProcessTable::make_session(Process &process) {
  std::lock_guard lock(mutex_);
  const auto leads = [&](const auto &entry) { return entry.second->family.group == process.id; };
  if (std::ranges::any_of(processes_, leads)) return -EPERM;
  process.family.session = process.family.group = process.id;
  return process.id;
}

int ProcessTable::set_foreground(Process &process, uint32_t group) {
  std::lock_guard lock(mutex_);
  Terminal &terminal = process.run->terminal;
  if (terminal.session != process.family.session) return -ENOTTY;
  const auto is_it = [&](const auto &entry) {
    return entry.second->run == process.run && entry.second->family.group == group;
  };
  const auto member = std::ranges::find_if(processes_, is_it);
  if (member == processes_.end()) return -ESRCH;
  if (member->second->family.session != process.family.session) return -EPERM;
  terminal.foreground_group = group;
  return 0;
}

int ProcessTable::take_terminal(Process &process) {
  std::lock_guard lock(mutex_);
  Terminal &terminal = process.run->terminal;
  if (terminal.session == process.family.session) return 0;
  if (process.family.session != process.id || terminal.session != 0) return -EPERM;
  terminal = {process.family.session, process.family.group};
  return 0;
}

int ProcessTable::leave_terminal(Process &process) {
  std::lock_guard lock(mutex_);
  Terminal &terminal = process.run->terminal;
  if (terminal.session != process.family.session) return -ENOTTY;
  if (process.family.session == process.id) terminal = {};
  return 0;
}

bool ProcessTable::is_orphaned(const Process &process) const {
  std::lock_guard lock(mutex_);
  return is_orphaned_locked(*process.run, process.family.group, nullptr);
}

// No member has a parent in another group of the same session (POSIX: orphaned process group).
bool ProcessTable::is_orphaned_locked(const Run &run, uint32_t group, const Process *besides) const {
  for (const auto &[id, process] : processes_) {
    if (process->run.get() != &run || process->family.group != group) continue;
    if (process.get() == besides || process->family.state == State::zombie) continue;
    // The first process was started by the host's user, who can continue it.
    if (id == run.first_process) return false;
    const auto parent = processes_.find(process->family.parent);
    if (parent == processes_.end() || parent->second.get() == besides) continue;
    const Process::Family &family = parent->second->family;
    if (family.group != group && family.session == process->family.session) return false;
  }
  return true;
}

void ProcessTable::erase(uint32_t id) {
  const auto found = processes_.find(id);
  if (found == processes_.end()) return;
  --found->second->run->processes;
  processes_.erase(found);
}

void ProcessTable::executed(Process &process) {
  std::lock_guard lock(mutex_);
  process.family.executed = true;
}

void ProcessTable::set_user(Process &process, uint32_t user) {
  std::lock_guard lock(mutex_);
  process.family.user = user;
}

void ProcessTable::set_subreaper(Process &process, bool value) {
  std::lock_guard lock(mutex_);
  process.family.is_subreaper = value;
}

void ProcessTable::release_vfork(Process &process) {
  std::lock_guard lock(mutex_);
  const Shared waiting = process.vfork_parent.lock();
  process.vfork_parent.reset();
  if (waiting == nullptr) return;
  waiting->vfork_done.store(true, std::memory_order_release);
  wake(*waiting);
}

}  // namespace vmp_linux
