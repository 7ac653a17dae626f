/* Quicksort of random 32-bit integers with insertion sort at the leaves: unpredictable branches. */
#include "program.h"

enum { COUNT = 50000 };

static void insertion_sort(int32_t *items, int64_t low, int64_t high) {
  for (int64_t index = low + 1; index <= high; index++) {
    int32_t item = items[index];
    int64_t place = index;
    for (; place > low && items[place - 1] > item; place--) items[place] = items[place - 1];
    items[place] = item;
  }
}

static void quicksort(int32_t *items, int64_t low, int64_t high) {
  while (high - low > 12) {
    int32_t pivot = items[low + (high - low) / 2];
    int64_t left = low, right = high;
    while (left <= right) {
      while (items[left] < pivot) left++;
      while (items[right] > pivot) right--;
      if (left > right) break;
      int32_t item = items[left];
      items[left++] = items[right];
      items[right--] = item;
    }
    quicksort(items, low, right);
    low = left;
  }
  insertion_sort(items, low, high);
}

static uint64_t run_program(uint64_t scale) {
  static int32_t items[COUNT];
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) {
    for (int index = 0; index < COUNT; index++) items[index] = (int32_t)next_random();
    quicksort(items, 0, COUNT - 1);
    for (int index = 0; index < COUNT; index += 16) hash = mix(hash, (uint32_t)items[index]);
  }
  return hash;
}
