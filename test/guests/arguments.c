/* Prints the argument count, every argument and every environment variable, one a line. */
#include "guest.h"

static void print_item(const char *kind, uint64_t index, const char *text) {
  print(kind);
  print("[");
  print_unsigned(index);
  print("]=");
  print(text);
  print("\n");
}

static int guest_main(int argument_count, char **arguments, char **environment) {
  print("argc=");
  print_unsigned((uint64_t)argument_count);
  print("\n");
  for (int index = 0; index < argument_count; index++) print_item("argv", (uint64_t)index, arguments[index]);
  for (int index = 0; environment[index] != NULL; index++) print_item("env", (uint64_t)index, environment[index]);
  return 0;
}
