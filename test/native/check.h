// Native tests: TEST("what holds") { CHECK(condition); }. main() runs all and prints "ok NAME" or "not ok NAME";
// "ok NAME # skipped: REASON" where check::skip said why. What a test throws fails it, with the reason.
#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace check {

struct Test {
  const char *name;
  std::function<void()> body;
};

inline std::vector<Test> &tests() {
  static std::vector<Test> all;
  return all;
}

inline bool failed = false;
inline std::string skipped;

// The test that calls it returns at once: the host lacks what `reason` names.
inline void skip(std::string reason) { skipped = std::move(reason); }

struct Registration {
  Registration(const char *name, std::function<void()> body) { tests().push_back({name, std::move(body)}); }
};

inline void report(bool holds, const char *condition, const char *file, int line) {
  if (holds) return;
  failed = true;
  std::printf("# %s:%d: %s does not hold\n", file, line, condition);
}

}  // namespace check

#define CHECK_JOIN_(a, b) a##b
#define CHECK_JOIN(a, b) CHECK_JOIN_(a, b)
#define TEST(name)                                                                                         \
  static void CHECK_JOIN(test_, __LINE__)();                                                               \
  static const check::Registration CHECK_JOIN(registration_, __LINE__)(name, CHECK_JOIN(test_, __LINE__)); \
  static void CHECK_JOIN(test_, __LINE__)()
#define CHECK(condition) check::report(static_cast<bool>(condition), #condition, __FILE__, __LINE__)
