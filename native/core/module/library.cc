#include "core/module/library.h"

#include <dlfcn.h>

#include <map>

#include "core/error.h"
#include "core/machine/bindings.h"
#include "core/module/provider_check.h"
#include "core/services/services.h"
#include "vm_plugin/plugin.h"

namespace vmp {
namespace {

constexpr uint16_t newest_contract_minor = 0xffff;  // a provider answers with what it has; tables say their own minor

// What is wrong with an entry of this host's major version; empty when nothing is.
std::string entry_fault(const vmp_entry &entry) {
  if (!VMP_KNOWS(&entry, vmp_entry, get)) {
    return "its struct_size is " + std::to_string(entry.struct_size) + ", at least " +
           std::to_string(offsetof(vmp_entry, get) + sizeof entry.get) + " is needed";
  }
  if (entry.get == nullptr) return "its get is NULL";
  if (entry.abi_minor_lowest > entry.abi_minor) {
    return "its abi_minor_lowest " + std::to_string(entry.abi_minor_lowest) + " is above its abi_minor " +
           std::to_string(entry.abi_minor);
  }
  return "";
}

void fill_init_failed(LibraryRefusal &refusal, vmp_status status, const vmp_error &error, const char *function) {
  refusal.kind = LibraryRefusal::Kind::init_failed;
  refusal.code = error.code;
  refusal.detail = reason_of(error, status);
  if (error.message[0] == '\0') refusal.detail = std::string(function) + " answered " + refusal.detail;
}

bool negotiate(const vmp_entry &entry, LibraryRefusal &refusal) {
  refusal.plugin_major = entry.abi_major;
  refusal.plugin_minor = entry.abi_minor;
  refusal.plugin_lowest = entry.abi_minor_lowest;
  if (entry.abi_major != VMP_ABI_MAJOR) {
    refusal.kind = LibraryRefusal::Kind::major_differs;
    return false;
  }
  refusal.detail = entry_fault(entry);
  if (!refusal.detail.empty()) {
    refusal.kind = LibraryRefusal::Kind::malformed_entry;
  } else if (entry.abi_minor_lowest > VMP_ABI_MINOR) {
    refusal.kind = LibraryRefusal::Kind::minor_too_old;
  }
  return refusal.kind == LibraryRefusal::Kind::none;
}

}  // namespace

std::shared_ptr<Library> Library::open(const std::string &path, const std::string &id, LibraryRefusal &refusal) {
  void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    refusal.kind = LibraryRefusal::Kind::cannot_open;
    refusal.detail = dlerror();
    return nullptr;
  }
  const auto *entry = static_cast<const vmp_entry *>(dlsym(handle, "vm_plugin_entry"));
  if (entry == nullptr) {
    refusal.kind = LibraryRefusal::Kind::no_entry;
    return nullptr;
  }
  if (!negotiate(*entry, refusal)) return nullptr;
  auto library = of(entry);
  return library->acquire(id, refusal) ? library : nullptr;
}

std::shared_ptr<Library> Library::of(const vmp_entry *entry) {
  // Never destroyed: an abandoned thread may come back while the process ends.
  static auto &mutex = *new std::mutex;
  static auto &libraries = *new std::map<const vmp_entry *, std::shared_ptr<Library>>;
  std::lock_guard lock(mutex);
  auto &library = libraries[entry];
  if (library == nullptr) library.reset(new Library(entry));
  return library;
}

Library::Library(const vmp_entry *entry) : entry_(entry) {
  host_.struct_size = sizeof(host_);
  host_.abi_major = VMP_ABI_MAJOR;
  host_.abi_minor = VMP_ABI_MINOR;
  host_.service = find_service;
  host_.context = &id_;
}

bool Library::acquire(const std::string &id, LibraryRefusal &refusal) {
  std::unique_lock lock(mutex_);
  settled_.wait(lock, [this] { return state_ != State::busy; });
  if (state_ == State::open) {
    ++users_;
    return true;
  }
  state_ = State::busy;
  id_ = id;
  lock.unlock();
  bool initialized = initialize(refusal);
  lock.lock();
  state_ = initialized ? State::open : State::closed;
  users_ = initialized ? 1 : 0;
  settled_.notify_all();
  return initialized;
}

bool Library::initialize(LibraryRefusal &refusal) {
  vmp_error error = make_error();
  if (entry_->init != nullptr) {
    vmp_status status = entry_->init(&host_, &error);
    if (status != VMP_OK) {
      fill_init_failed(refusal, status, error, "init");
      return false;
    }
  }
  const vmp_provider *base = entry_->get(VMP_PLUGIN_POINT, "", newest_contract_minor);
  if (base == nullptr) return true;
  refusal.detail = provider_fault(VMP_PLUGIN_POINT, *base);
  if (refusal.detail.empty()) {
    error = make_error();
    base_ = Instance::create(shared_from_this(), VMP_PLUGIN_POINT, "", base, nullptr,
                             std::make_unique<vmp_configuration>(), &error);
    if (base_ != nullptr) return true;
    fill_init_failed(refusal, error.status, error, "the plugin's own create");
  } else {
    refusal.kind = LibraryRefusal::Kind::malformed_provider;
  }
  if (entry_->deinit != nullptr) entry_->deinit();
  return false;
}

const vmp_provider *Library::provider(const std::string &point, const std::string &name, std::string &reason) const {
  const vmp_provider *provider = entry_->get(point.c_str(), name.c_str(), newest_contract_minor);
  if (provider == nullptr) return nullptr;
  reason = provider_fault(point, *provider);
  return reason.empty() ? provider : nullptr;
}

void Library::share() {
  std::lock_guard lock(mutex_);
  ++users_;
}

void Library::release() {
  std::unique_lock lock(mutex_);
  if (--users_ > 0) return;
  state_ = State::busy;
  lock.unlock();
  base_.reset();
  if (entry_->deinit != nullptr) entry_->deinit();
  lock.lock();
  state_ = State::closed;
  settled_.notify_all();
}

void Library::forget() {
  std::lock_guard lock(mutex_);
  --users_;
}

}  // namespace vmp
