/* Counts words in a chained hash table: byte loops, comparisons, pointers. */
#include "program.h"

enum { BUCKETS = 4096, WORDS = 20000, LONGEST = 12 };

struct entry {
  struct entry *next;
  uint64_t count;
  char word[LONGEST + 1];
};

static uint64_t hash_word(const char *word) { /* FNV-1a */
  uint64_t hash = 0xcbf29ce484222325u;
  for (; *word != 0; word++) hash = (hash ^ (uint8_t)*word) * 0x100000001b3u;
  return hash;
}

static void count_word(struct entry **buckets, const char *word) {
  struct entry **place = &buckets[hash_word(word) % BUCKETS];
  for (; *place != NULL; place = &(*place)->next) {
    if (strcmp((*place)->word, word) == 0) {
      (*place)->count++;
      return;
    }
  }
  *place = allocate(sizeof(struct entry));
  (*place)->next = NULL;
  (*place)->count = 1;
  strcpy((*place)->word, word);
}

static uint64_t run_program(uint64_t scale) {
  static struct entry *buckets[BUCKETS];
  uint64_t hash = 0;
  for (uint64_t round = 0; round < scale; round++) {
    for (int index = 0; index < WORDS; index++) {
      char word[LONGEST + 1];
      uint64_t random = next_random();
      unsigned syllables = 1 + (unsigned)(random % (LONGEST / 3));
      char *end = word;
      for (unsigned syllable = 0; syllable < syllables; syllable++, random /= 16) {
        memcpy(end, &"katonemiruselovisudagipebohyfaze"[(random >> 8) % 16 * 2], 2);
        end += 2;
      }
      *end = 0;
      count_word(buckets, word);
    }
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      while (buckets[bucket] != NULL) {
        struct entry *entry = buckets[bucket];
        buckets[bucket] = entry->next;
        hash = mix(hash, entry->count + hash_word(entry->word));
        free(entry);
      }
    }
  }
  return hash;
}
