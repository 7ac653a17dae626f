/* A backtracking matcher of . * + ? ^ $ and [classes] over generated lines, as grep has to do it. */
#include "program.h"

enum { LINES = 300, LENGTH = 80 };

/* Whether the element that begins at `pattern` matches the character; *end is behind the element. */
static int match_element(const char *pattern, char character, const char **end) {
  if (*pattern != '[') {
    *end = pattern + 1;
    return character != 0 && (*pattern == '.' || *pattern == character);
  }
  int negated = *++pattern == '^';
  pattern += negated;
  int found = 0;
  for (; *pattern != ']'; pattern++) {
    if (pattern[1] == '-' && pattern[2] != ']') {
      found |= character >= pattern[0] && character <= pattern[2];
      pattern += 2;
    } else {
      found |= character == *pattern;
    }
  }
  *end = pattern + 1;
  return character != 0 && found != negated;
}

/* The end of the match that begins at `text`, or NULL. */
static const char *match_here(const char *pattern, const char *text) {
  for (;;) {
    if (*pattern == 0) return text;
    if (pattern[0] == '$' && pattern[1] == 0) return *text == 0 ? text : NULL;
    const char *after;
    int matches = match_element(pattern, *text, &after);
    if (*after == '*' || *after == '+') {
      const char *rest = after + 1, *first = text + (*after == '+');
      const char *last = text;
      for (const char *ignored; match_element(pattern, *last, &ignored);) last++;
      for (; last >= first; last--) {
        const char *found = match_here(rest, last);
        if (found != NULL) return found;
      }
      return NULL;
    }
    if (*after == '?') {
      const char *found = matches ? match_here(after + 1, text + 1) : NULL;
      if (found != NULL) return found;
      pattern = after + 1;
      continue;
    }
    if (!matches) return NULL;
    pattern = after;
    text++;
  }
}

static uint64_t search(const char *pattern, const char *line) {
  if (*pattern == '^') return match_here(pattern + 1, line) != NULL;
  for (const char *start = line;; start++) {
    const char *end = match_here(pattern, start);
    if (end != NULL) return (uint64_t)(start - line) << 8 | (uint64_t)(end - start);
    if (*start == 0) return UINT64_MAX;
  }
}

static uint64_t run_program(uint64_t scale) {
  static const char *const patterns[] = {"abc",         "a[b-d]*e",      "^[a-f]+g", "h.*h.*h$", "[^a-e][0-9]?[^0-9]x",
                                         "k?l?m?n?o?p", "[0-9]+[a-c].d", "z+y*x+",   "e.g.i$"};
  static char lines[LINES][LENGTH + 1];
  for (int line = 0; line < LINES; line++) {
    for (int index = 0; index < LENGTH; index++)
      lines[line][index] = "abcdefghijklmnopqrstuvwxyz012345"[next_random() >> 59];
  }
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) {
    for (int line = 0; line < LINES; line++) {
      for (size_t index = 0; index < sizeof patterns / sizeof patterns[0]; index++)
        hash = mix(hash, search(patterns[index], lines[line]));
      lines[line][round % LENGTH] = (char)('a' + hash % 26);
    }
  }
  return hash;
}
