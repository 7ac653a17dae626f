/* exit-code N: exits with N. */
#include "guest.h"

static int guest_main(int argument_count, char **arguments, char **environment) {
  (void)environment;
  if (argument_count != 2) end_with_usage("usage: exit-code N\n");
  return (int)parse_unsigned(arguments[1]);
}
