/* Writes one line. */
#include "guest.h"

static int guest_main(int argument_count, char **arguments, char **environment) {
  (void)argument_count, (void)arguments, (void)environment;
  print("Hello from a guest!\n");
  return 0;
}
