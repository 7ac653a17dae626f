#include "core/module/library.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <thread>

#include "check.h"
#include "core/module/provider_check.h"
#include "vm_plugin/arch_simulator.h"
#include "vm_plugin/device_virtual.h"

namespace {

using Kind = vmp::LibraryRefusal::Kind;

vmp::LibraryRefusal refusal_of(const std::string &name) {
  vmp::LibraryRefusal refusal;
  auto library = vmp::Library::open(std::string(VMP_TEST_PLUGINS) + "/" + name + ".node", name, refusal);
  CHECK((library == nullptr) == (refusal.kind != Kind::none));
  return refusal;
}

}  // namespace

TEST("a file that is missing or no library is refused with the linker's words") {
  CHECK(refusal_of("absent").kind == Kind::cannot_open);
  CHECK(refusal_of("absent").detail.find("absent.node") != std::string::npos);
}

TEST("a library without the entry is refused") { CHECK(refusal_of("no_entry").kind == Kind::no_entry); }

TEST("another major is refused with all the numbers") {
  auto refusal = refusal_of("wrong_major");
  CHECK(refusal.kind == Kind::major_differs);
  CHECK(refusal.plugin_major == VMP_ABI_MAJOR + 1 && refusal.plugin_minor == 3 && refusal.plugin_lowest == 2);
}

TEST("a plugin that needs a newer host is refused, one that is merely newer runs") {
  CHECK(refusal_of("too_new").kind == Kind::minor_too_old);
  CHECK(refusal_of("newer_but_runs").kind == Kind::none);
}

TEST("an entry that is too short is refused") { CHECK(refusal_of("malformed_entry").kind == Kind::malformed_entry); }

TEST("an entry that contradicts itself is refused with that reason") {
  auto refusal = refusal_of("lowest_above_minor");
  CHECK(refusal.kind == Kind::malformed_entry && refusal.detail == "its abi_minor_lowest 3 is above its abi_minor 0");
}

TEST("a failing init gives the plugin's own code and words") {
  auto refusal = refusal_of("init_fails");
  CHECK(refusal.kind == Kind::init_failed);
  CHECK(refusal.code == "NO_LICENCE" && refusal.detail == "the licence file is missing");
}

TEST("a provider that the plugin does not have is named as missing") {
  vmp::LibraryRefusal refusal;
  auto library = vmp::Library::open(std::string(VMP_TEST_PLUGINS) + "/lifecycle.node", "lifecycle", refusal);
  CHECK(library != nullptr);
  std::string reason;
  CHECK(library->provider("plugin", "", reason) != nullptr);
  CHECK(library->provider("arch.simulator", "interpreter", reason) == nullptr && reason.empty());
}

namespace {

const std::string counted_path = std::string(VMP_TEST_PLUGINS) + "/counted.node";

int &counted(const char *name) {
  void *handle = dlopen(counted_path.c_str(), RTLD_NOW | RTLD_LOCAL);
  return *static_cast<int *>(dlsym(handle, name));
}

}  // namespace

TEST("a library is initialised for its first user and given back after its last, by whatever path") {
  std::string other = std::filesystem::temp_directory_path() / ("vmp-counted-" + std::to_string(getpid()));
  std::filesystem::create_symlink(counted_path, other);
  int before = counted("counted_inits");
  vmp::LibraryRefusal refusal;
  std::shared_ptr<vmp::Library> first, second;
  std::thread opener([&] { first = vmp::Library::open(counted_path, "counted", refusal); });
  vmp::LibraryRefusal other_refusal;
  second = vmp::Library::open(other, "counted", other_refusal);
  opener.join();
  std::filesystem::remove(other);
  CHECK(first != nullptr && first == second && first->base() != nullptr);
  CHECK(counted("counted_inits") == before + 1 && counted("counted_bases") == 1);
  int deinits = counted("counted_deinits");
  first->release();
  CHECK(counted("counted_deinits") == deinits && counted("counted_bases") == 1);
  second->release();
  CHECK(counted("counted_deinits") == deinits + 1 && counted("counted_bases") == 0);
  auto again = vmp::Library::open(counted_path, "counted", refusal);
  CHECK(again != nullptr && counted("counted_inits") == before + 2);
  again->release();
}

TEST("a plugin whose own instance is refused without a word is refused, and was given back") {
  int deinits = counted("counted_deinits");
  counted("counted_refuse") = 1;
  auto refusal = refusal_of("counted");
  counted("counted_refuse") = 0;
  CHECK(refusal.kind == Kind::init_failed && refusal.detail.find("status 5") != std::string::npos);
  CHECK(counted("counted_deinits") == deinits + 1);
}

TEST("a table that is too short or lacks a required function is named") {
  vmp_arch_simulator table{};
  vmp_provider provider{};
  provider.struct_size = sizeof(provider);
  provider.contract_major = 1;
  provider.vtable = &table;
  provider.create = [](const vmp_create_info *, void **, vmp_error *) -> vmp_status { return VMP_OK; };
  provider.destroy = [](void *) {};
  table.struct_size = offsetof(vmp_arch_simulator, run);
  CHECK(vmp::provider_fault(VMP_ARCH_SIMULATOR_POINT, provider) ==
        "its table's struct_size is 24, at least 40 is needed");
  table.struct_size = sizeof(table);
  CHECK(vmp::provider_fault(VMP_ARCH_SIMULATOR_POINT, provider) == "its table's run is NULL");
  table.run = [](void *, vmp_vcpu *, uint64_t) {};
  CHECK(vmp::provider_fault(VMP_ARCH_SIMULATOR_POINT, provider).empty());
  CHECK(!vmp::provider_fault(VMP_DEVICE_VIRTUAL_POINT, provider).empty());
  provider.destroy = nullptr;
  CHECK(vmp::provider_fault("acme.point", provider) == "its provider's destroy is NULL");
}
