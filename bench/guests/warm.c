/* Touches 64 MiB, says so, and then answers each byte of standard input with one of standard output: 'n' at once, 't'
 * after a write to each of sixteen pages far apart. */
#include <string.h>
#include <unistd.h>

enum { page = 4096, pages = 16384, written = 16 };
static unsigned char memory[pages * page];

int main(void) {
  memset(memory, 1, sizeof memory);
  char command = 'r';
  do {
    for (int i = 0; command == 't' && i < written; ++i) ++memory[(i * (pages / written) + 7) * page];
    if (write(1, &command, 1) != 1) return 1;
  } while (read(0, &command, 1) == 1);
  return 0;
}
