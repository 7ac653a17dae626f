#include <cstring>

#include "check.h"

// Runs every test, or those whose names contain the argument.
int main(int count, char **arguments) {
  bool all_hold = true;
  for (const auto &test : check::tests()) {
    if (count > 1 && std::strstr(test.name, arguments[1]) == nullptr) continue;
    check::failed = false;
    test.body();
    std::printf("%s %s\n", check::failed ? "not ok" : "ok", test.name);
    std::fflush(stdout);
    all_hold = all_hold && !check::failed;
  }
  return all_hold ? 0 : 1;
}
