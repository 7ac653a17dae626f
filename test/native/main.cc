#include <signal.h>

#include <cstring>
#include <exception>

#include "check.h"

// Runs every test, or those whose names contain the argument.
int main(int count, char **arguments) {
  // Signals that the parent ignores stay ignored here, and tests send themselves these two.
  for (int number : {SIGSEGV, SIGBUS}) {
    struct sigaction action {};
    sigaction(number, nullptr, &action);
    if (action.sa_handler == SIG_IGN) signal(number, SIG_DFL);
  }
  bool all_hold = true;
  for (const auto &test : check::tests()) {
    if (count > 1 && std::strstr(test.name, arguments[1]) == nullptr) continue;
    check::failed = false;
    check::skipped.clear();
    try {
      test.body();
    } catch (const std::exception &error) {
      check::failed = true;
      std::printf("# %s\n", error.what());
    }
    const char *note = check::skipped.empty() ? "" : " # skipped: ";
    std::printf("%s %s%s%s\n", check::failed ? "not ok" : "ok", test.name, note, check::skipped.c_str());
    std::fflush(stdout);
    all_hold = all_hold && !check::failed;
  }
  return all_hold ? 0 : 1;
}
