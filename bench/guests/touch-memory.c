/* touch-memory MEBIBYTES: writes to every page of so much memory, says "ready" and waits for the end of its input. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  size_t size = argc == 2 ? strtoul(argv[1], NULL, 10) << 20 : 0;
  char *memory = malloc(size), byte;
  if (size == 0 || memory == NULL) return 2;
  memset(memory, 1, size);
  if (write(1, "ready\n", 6) != 6) return 1;
  while (read(0, &byte, 1) > 0) continue;
  return memory[size - 1] != 1;
}
