#include "core/host/child_probe.h"

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "check.h"

namespace {

volatile int touched = 0;

int touch() {
  touched = 1;
  return 0;
}

int deny() { return EACCES; }

int crash() {
  raise(SIGSEGV);
  return 0;
}

}  // namespace

TEST("a probe that succeeds changes nothing of this process") {
  const vmp::ProbeResult result = vmp::probe_in_child(touch);
  CHECK(result.error == 0 && result.signal == 0);
  CHECK(touched == 0);
}

TEST("what a probe meets is told: its errno, or the signal that killed it") {
  CHECK(vmp::probe_in_child(deny).error == EACCES);
  // A handler of this process is none of the child's.
  struct sigaction before = {};
  struct sigaction handler = {};
  handler.sa_handler = [](int) { _exit(0); };
  sigaction(SIGSEGV, &handler, &before);
  const vmp::ProbeResult result = vmp::probe_in_child(crash);
  sigaction(SIGSEGV, &before, nullptr);
  CHECK(result.signal == SIGSEGV && result.error == 0);
}
