#include "core/module/library.h"

#include "check.h"

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
  CHECK(library->provider("arch.simulator", "interpreter", reason) == nullptr && !reason.empty());
}
