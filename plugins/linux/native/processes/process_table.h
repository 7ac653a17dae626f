// The processes of a machine: who descends from whom, who belongs to which group and session, who has ended and was not
// waited for. Every method takes the table's lock; a process's own locks are taken inside it, never the other way
// round.
#ifndef VMP_LINUX_PROCESSES_PROCESS_TABLE_H
#define VMP_LINUX_PROCESSES_PROCESS_TABLE_H

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "process.h"

namespace vmp_linux {

inline constexpr uint32_t kInit = 1;  // the parent of those that have none: it waits for each at once

// What a wait(2) call asks for.
struct WaitTarget {
  enum class Kind { any, process, group } kind = Kind::any;
  uint32_t id = 0;
};

// What it answers.
struct WaitReport {
  uint32_t process = 0;  // 0: nothing to tell yet
  int status = 0;        // as wait(2)
  int code = 0;          // CLD_*
  uint32_t user = 0;
  Usage usage;
};

class ProcessTable {
 public:
  using Shared = std::shared_ptr<Process>;

  // The next free process id, which is taken from now on (release when no process comes of it). 0 when the run's limit
  // or the machine's own is reached.
  uint32_t reserve(Run &run);
  void release(Run &run, uint32_t id);
  // The first of its run, under the id that was reserved for it: it leads a session that has the terminal.
  void add_first(Shared process);
  // A child under the id that was reserved for it, in its maker's group and session. sibling: its parent is its
  // maker's. False while a signal waits for the maker: one that was sent to its group must not miss the child.
  bool add_child(Thread &maker, const Shared &child, bool sibling);
  // One that could not be started after all.
  void remove(uint32_t id);

  Shared find(uint32_t id) const;                          // zombies too
  Shared first_of(uint32_t run) const;                     // by the run's id; a zombie too, or null
  std::vector<Shared> processes_of(const Run &run) const;  // by id; zombies too
  std::vector<Shared> all() const;                         // likewise, of every run
  // Of the run and this real user; zombies too.
  uint64_t count_of(const Run &run, uint32_t user) const;
  std::vector<Shared> group(const Run &run, uint32_t group) const;

  // [control] For a snapshot: where the next id is looked for; and these processes in place of all others, which are
  // answered and of which nobody is told. No id is reserved then.
  uint32_t last_id() const;
  std::vector<Shared> replace(std::vector<Shared> processes, uint32_t last_id);

  // As vmp_os_personality.signal: 0, -ESRCH, or -EAGAIN.
  int send(uint32_t run, int32_t process, const SignalInformation &information);

  Process::Family family(const Process &process) const;
  Terminal terminal(const Run &run) const;
  uint32_t processes_so_far(const Run &run) const;

  // 0 or minus an errno, as the calls of these names. id: 0 for `process` itself.
  int set_group(Process &process, uint32_t id, uint32_t group);
  int64_t group_of(Process &process, uint32_t id) const;
  int64_t session_of(Process &process, uint32_t id) const;
  int64_t make_session(Process &process);
  // tcsetpgrp(3): 0 or minus an errno.
  int set_foreground(Process &process, uint32_t group);
  int take_terminal(Process &process);   // TIOCSCTTY
  int leave_terminal(Process &process);  // TIOCNOTTY
  // Whether nobody in the session but outside of the group could continue a member that stops.
  bool is_orphaned(const Process &process) const;

  // wait4(2), waitid(2): 0 with a report that may name no process, or -ECHILD. options: W*; keep: WNOWAIT.
  int wait(Process &parent, WaitTarget target, int options, WaitReport &report);

  void executed(Process &process);
  void set_user(Process &process, uint32_t user);
  void set_subreaper(Process &process, bool value);
  // Its memory is its own now, or gone: who waits in vfork(2) goes on.
  void release_vfork(Process &process);
  // A stop by `signal` or a continuation, told to the parent.
  void stopped(Process &process, int signal);
  void continued(Process &process);
  // The process is a zombie from now on, or gone when nobody waits for it. Its threads run no more guest code.
  void ended(Process &process, int wait_status, const Usage &usage);

 private:
  bool is_orphaned_locked(const Run &run, uint32_t group, const Process *besides) const;
  void erase(uint32_t id);
  void tell_parent(Process &child, int number, int code, int status);
  void tell_change(Process &child, int code, int status);
  void hang_up_orphaned(const Run &run, uint32_t group, const Process &ended);
  bool parent_ignores(const Process &child, const Shared &parent) const;
  uint32_t reaper_of(const Process &process) const;
  bool tell_end(Process &child);

  mutable std::mutex mutex_;
  std::map<uint32_t, Shared> processes_;
  std::map<uint32_t, bool> reserved_;
  uint32_t last_id_ = kInit;
};

}  // namespace vmp_linux
#endif
