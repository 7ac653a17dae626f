// A native plugin's library: opened, checked, initialised. There is one for the whole process, however many hosts use
// it. Never unmapped: a thread or a pointer may be inside it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "vm_plugin.h"

namespace vmp {

class Instance;

// Why a library was refused, for the host's error table.
struct LibraryRefusal {
  enum class Kind {
    none,
    cannot_open,
    no_entry,
    malformed_entry,
    major_differs,
    minor_too_old,
    init_failed,
    malformed_provider  // of the contract `plugin`
  };
  Kind kind = Kind::none;
  std::string detail;  // the dynamic linker's or the plugin's own words
  std::string code;    // the plugin's own code, when init failed
  uint32_t plugin_major = 0, plugin_minor = 0, plugin_lowest = 0;
};

class Library : public std::enable_shared_from_this<Library> {
 public:
  // dlopen, negotiation and, for its first user, init and the instance of the contract `plugin`. Plugin code runs, and
  // may hang, also for those who wait for the first: call it on a thread that can be abandoned. One `release` or
  // `forget` each.
  static std::shared_ptr<Library> open(const std::string &path, const std::string &id, LibraryRefusal &refusal);
  Library(const Library &) = delete;
  Library &operator=(const Library &) = delete;

  const std::string &id() const { return id_; }
  const vmp_entry &entry() const { return *entry_; }
  const vmp_host *host() const { return &host_; }
  // The instance of the contract `plugin`, or NULL. Destroyed before deinit. [a user]
  const Instance *base() const { return base_.get(); }
  // A provider whose table is complete enough to be used, or NULL: with the reason, which stays empty where there is no
  // such provider.
  const vmp_provider *provider(const std::string &point, const std::string &name, std::string &reason) const;

  // One more user. [a user]
  void share();
  // One user less. After the last one the plugin's instance is destroyed and deinit runs: on a thread that can be
  // abandoned.
  void release();
  // One user less, of whom nobody says that it has finished: no plugin code runs, and the library stays initialised.
  void forget();

 private:
  enum class State { closed, busy, open };

  explicit Library(const vmp_entry *entry);
  // The process's library of an entry: the dynamic linker gives one per file, by whatever path it was opened.
  static std::shared_ptr<Library> of(const vmp_entry *entry);
  bool acquire(const std::string &id, LibraryRefusal &refusal);
  bool initialize(LibraryRefusal &refusal);

  std::string id_;  // as its first user calls it
  const vmp_entry *entry_;
  vmp_host host_{};
  std::mutex mutex_;
  std::condition_variable settled_;
  State state_ = State::closed;
  uint64_t users_ = 0;
  std::shared_ptr<Instance> base_;
};

}  // namespace vmp
