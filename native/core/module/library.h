// A native plugin's library: opened, checked, initialised. Never unmapped: a thread or a pointer may be inside it.
#pragma once

#include <memory>
#include <string>

#include "vm_plugin.h"

namespace vmp {

// Why a library was refused, for the host's error table.
struct LibraryRefusal {
  enum class Kind { none, cannot_open, no_entry, malformed_entry, major_differs, minor_too_old, init_failed };
  Kind kind = Kind::none;
  std::string detail;  // the dynamic linker's or the plugin's own words
  std::string code;    // the plugin's own code, when init failed
  uint32_t plugin_major = 0, plugin_minor = 0, plugin_lowest = 0;
};

class Library {
 public:
  // dlopen, negotiation and init: plugin code runs, and may hang: call it on a thread that can be abandoned.
  static std::shared_ptr<Library> open(const std::string &path, const std::string &id, LibraryRefusal &refusal);
  Library(const Library &) = delete;
  Library &operator=(const Library &) = delete;

  const std::string &id() const { return id_; }
  const std::string &path() const { return path_; }
  const vmp_entry &entry() const { return *entry_; }
  const vmp_host *host() const { return &host_; }
  // A provider whose table is complete enough to be used, or NULL with the reason.
  const vmp_provider *provider(const std::string &point, const std::string &name, std::string &reason) const;
  void deinit();

 private:
  Library(std::string path, std::string id, const vmp_entry *entry);

  std::string path_;
  std::string id_;
  const vmp_entry *entry_;
  vmp_host host_{};
  bool initialized_ = false;
};

}  // namespace vmp
