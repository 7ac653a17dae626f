#include "core/module/library.h"

#include <dlfcn.h>

#include <cstddef>

#include "core/error.h"
#include "core/services/services.h"

namespace vmp {
namespace {

constexpr uint16_t newest_contract_minor = 0xffff;  // a provider answers with what it has; tables say their own minor

bool negotiate(const vmp_entry &entry, LibraryRefusal &refusal) {
  refusal.plugin_major = entry.abi_major;
  refusal.plugin_minor = entry.abi_minor;
  refusal.plugin_lowest = entry.abi_minor_lowest;
  if (entry.abi_major != VMP_ABI_MAJOR) {
    refusal.kind = LibraryRefusal::Kind::major_differs;
  } else if (entry.abi_minor_lowest > VMP_ABI_MINOR) {
    refusal.kind = LibraryRefusal::Kind::minor_too_old;
  } else if (entry.struct_size < sizeof(vmp_entry) || entry.get == nullptr ||
             entry.abi_minor_lowest > entry.abi_minor) {
    refusal.kind = LibraryRefusal::Kind::malformed_entry;
    refusal.detail = "struct_size " + std::to_string(entry.struct_size) + " of at least " +
                     std::to_string(sizeof(vmp_entry)) + (entry.get == nullptr ? ", get is NULL" : "");
  } else {
    return true;
  }
  return false;
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
  std::shared_ptr<Library> library(new Library(path, id, entry));
  if (entry->init != nullptr) {
    vmp_error error = make_error();
    vmp_status status = entry->init(&library->host_, &error);
    if (status != VMP_OK) {
      refusal.kind = LibraryRefusal::Kind::init_failed;
      refusal.code = error.code;
      refusal.detail = error.message[0] != '\0' ? error.message : "status " + std::to_string(status);
      return nullptr;
    }
  }
  library->initialized_ = true;
  return library;
}

Library::Library(std::string path, std::string id, const vmp_entry *entry)
    : path_(std::move(path)), id_(std::move(id)), entry_(entry) {
  host_.struct_size = sizeof(host_);
  host_.abi_major = VMP_ABI_MAJOR;
  host_.abi_minor = VMP_ABI_MINOR;
  host_.service = find_service;
  host_.context = &id_;
}

const vmp_provider *Library::provider(const std::string &point, const std::string &name, std::string &reason) const {
  const vmp_provider *provider = entry_->get(point.c_str(), name.c_str(), newest_contract_minor);
  if (provider == nullptr) {
    reason = "get answered NULL";
    return nullptr;
  }
  if (provider->struct_size < offsetof(vmp_provider, validate_configuration) || provider->vtable == nullptr ||
      provider->create == nullptr || provider->destroy == nullptr) {
    reason =
        "its provider has no vtable, create or destroy, or a struct_size of " + std::to_string(provider->struct_size);
    return nullptr;
  }
  if (provider->contract_major != 1) {
    reason = "its contract is " + std::to_string(provider->contract_major) + ".x, this host's is 1.x";
    return nullptr;
  }
  return provider;
}

void Library::deinit() {
  if (initialized_ && entry_->deinit != nullptr) entry_->deinit();
  initialized_ = false;
}

}  // namespace vmp
