/* syscall-loop N [getpid|write]: makes N system calls that do nothing (write: of 0 bytes) and says how many. */
#include "guest.h"

static int guest_main(int argument_count, char **arguments, char **environment) {
  (void)environment;
  int writes = argument_count == 3 && text_equal(arguments[2], "write");
  if (argument_count < 2 || argument_count > 3 ||
      (argument_count == 3 && !writes && !text_equal(arguments[2], "getpid")))
    end_with_usage("usage: syscall-loop N [getpid|write]\n");
  uint64_t count = parse_unsigned(arguments[1]);
  uint64_t failures = 0;
  for (uint64_t index = 0; index < count; index++) {
    long result = writes ? system_call(SYSTEM_WRITE, 1, (long)output_buffer, 0, 0, 0, 0)
                         : system_call(SYSTEM_GETPID, 0, 0, 0, 0, 0, 0);
    failures += result < 0;
  }
  print_unsigned(count);
  print(" calls, ");
  print_unsigned(failures);
  print(" failed\n");
  return failures != 0;
}
