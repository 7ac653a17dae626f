// Regular expressions: those of the C++ library and those of POSIX.
#include <regex.h>

#include <cstdio>
#include <iostream>
#include <regex>
#include <string>

static void posix(const char *pattern, const char *text, int flags) {
  regex_t compiled;
  char message[100];
  int error = regcomp(&compiled, pattern, flags);
  if (error != 0) {
    regerror(error, &compiled, message, sizeof message);
    std::printf("/%s/: %s\n", pattern, message);
    return;
  }
  regmatch_t matches[4];
  error = regexec(&compiled, text, 4, matches, 0);
  std::printf("/%s/ on \"%s\":", pattern, text);
  if (error != 0) std::printf(" no match");
  for (int index = 0; error == 0 && index < 4 && matches[index].rm_so >= 0; index++) {
    std::printf(" [%d, %d)", static_cast<int>(matches[index].rm_so), static_cast<int>(matches[index].rm_eo));
  }
  std::printf("\n");
  regfree(&compiled);
}

static void standard(const char *pattern, const std::string &text) {
  try {
    std::regex compiled(pattern);
    std::smatch match;
    std::cout << pattern << ":";
    for (std::sregex_iterator at(text.begin(), text.end(), compiled), end; at != end; ++at) {
      std::cout << " '" << at->str() << "'@" << at->position();
      for (size_t group = 1; group < at->size(); group++) std::cout << "(" << (*at)[group] << ")";
    }
    std::cout << " | " << std::regex_replace(text, compiled, "<$&>") << std::endl;
  } catch (const std::regex_error &error) {
    std::cout << pattern << " is no expression: " << error.what() << std::endl;
  }
}

int main() {
  posix("a\\(b*\\)c", "xxabbbcyy", 0);
  posix("(a|ab)(c|bcd)(d*)", "abcd", REG_EXTENDED);
  posix("^[[:alpha:]_][[:alnum:]_]*$", "name_1", REG_EXTENDED);
  posix("(.)(.)\\2\\1", "xyabba", REG_EXTENDED);
  posix("HELLO", "say hello", REG_EXTENDED | REG_ICASE);
  posix("x{2,3}", "axxxxb", REG_EXTENDED);
  posix("(unclosed", "", REG_EXTENDED);
  posix("[z-a]", "", REG_EXTENDED);
  posix("a**", "aaa", REG_EXTENDED);
  posix("nothing", "else", REG_EXTENDED | REG_NOSUB);
  const std::string log = "2024-02-29 GET /index.html 200 512; 2023-01-01 POST /a/b 404 0";
  standard("(\\d{4})-(\\d{2})-(\\d{2})", log);
  standard("\\b(GET|POST)\\s+(\\S+)", log);
  standard("[A-Z]{3,}", log);
  standard("(?=4)\\d+", log);
  standard("(\\w)\\1", "aabbcd");
  standard("^.*?;", log);
  standard("(unclosed", log);
  standard("[z-a]", log);
  return std::regex_match("abcabcabc", std::regex("(abc)+")) ? 21 : 0;
}
