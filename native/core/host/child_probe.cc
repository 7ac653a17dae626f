#include "core/host/child_probe.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <initializer_list>

namespace vmp {
namespace {

[[noreturn]] void run_probe(int (*probe)()) {
  // Its death is an answer: no handler of this process, no core file, and no child left behind.
  for (const int number : {SIGSEGV, SIGBUS, SIGILL, SIGSYS, SIGTRAP}) std::signal(number, SIG_DFL);
  const struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  _exit(probe());
}

}  // namespace

ProbeResult probe_in_child(int (*probe)()) {
  const pid_t child = fork();
  if (child < 0) return {errno, 0};
  if (child == 0) run_probe(probe);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return {errno, 0};
  }
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

}  // namespace vmp
