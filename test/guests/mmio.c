/* mmio ADDRESS [map]: at ADDRESS + 0, 8, 16 and 24, for registers of 1, 2, 4 and 8 bytes, reads, writes a pattern and
 * reads again, and prints what it read. With `map` it first maps a page there: memory instead of a device. */
#include "guest.h"

#define PATTERN 0xf1e2d3c4b5a69788u

static uint64_t access_register(uint64_t address, unsigned size, int write) {
  volatile void *place = (volatile void *)address;
  uint64_t value = 0;
  switch (size) {
    case 1:
      if (write)
        *(volatile uint8_t *)place = (uint8_t)PATTERN;
      else
        value = *(volatile uint8_t *)place;
      break;
    case 2:
      if (write)
        *(volatile uint16_t *)place = (uint16_t)PATTERN;
      else
        value = *(volatile uint16_t *)place;
      break;
    case 4:
      if (write)
        *(volatile uint32_t *)place = (uint32_t)PATTERN;
      else
        value = *(volatile uint32_t *)place;
      break;
    default:
      if (write)
        *(volatile uint64_t *)place = PATTERN;
      else
        value = *(volatile uint64_t *)place;
      break;
  }
  return value;
}

static int guest_main(int argument_count, char **arguments, char **environment) {
  (void)environment;
  int map = argument_count == 3 && text_equal(arguments[2], "map");
  if (argument_count < 2 || argument_count > 3 || (argument_count == 3 && !map))
    end_with_usage("usage: mmio ADDRESS [map]\n");
  uint64_t address = parse_unsigned(arguments[1]);
  if (map) {
    long mapped = system_call(SYSTEM_MMAP, (long)(address & ~(uint64_t)4095), 4096, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (mapped < 0) return 1;
  }
  for (unsigned index = 0; index < 4; index++) {
    unsigned size = 1u << index;
    uint64_t place = address + index * 8;
    print_unsigned(size * 8);
    print(" bits: before ");
    print_hexadecimal(access_register(place, size, 0), size * 2);
    flush(); /* what was read before an access that faults is not lost */
    access_register(place, size, 1);
    print(", after ");
    print_hexadecimal(access_register(place, size, 0), size * 2);
    print("\n");
    flush();
  }
  return 0;
}
