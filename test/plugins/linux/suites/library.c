// The C library's own work: printing and reading of numbers, dates with time zones, jumps, folders, files in memory.
#include <dirent.h>
#include <fcntl.h>
#include <fenv.h>
#include <float.h>
#include <ftw.h>
#include <glob.h>
#include <locale.h>
#include <math.h>
#include <search.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static void floats(void) {
  static const double values[] = {0.0,     -0.0,   1.0,         0.1,      1.0 / 3,   1e21, 1e-7, 123456789.125, DBL_MAX,
                                  DBL_MIN, 5e-324, DBL_EPSILON, INFINITY, -INFINITY, 2.5,  3.5,  9.995};
  for (size_t at = 0; at < sizeof values / sizeof values[0]; at++) {
    double value = values[at];
    printf("%a %g %.17g %e %.0f %.2f %10.3e|%-12g|%+.1f %#.3g %La\n", value, value, value, value, value, value, value,
           value, value, value, (long double)value / 3);
  }
  unsigned long long state = 1;
  for (int round = 0; round < 60; round++) {
    double value;
    state = state * 6364136223846793005u + 1442695040888963407u;
    memcpy(&value, &state, sizeof value);
    char text[400];
    snprintf(text, sizeof text, "%.17g", value);
    printf("%s %a %d\n", text, value, strtod(text, NULL) == value || value != value);
  }
  printf("%g %g %g %g %a\n", strtod("1e400", NULL), strtod("-1e-400", NULL), strtod("0x1.8p3", NULL),
         strtod("nan", NULL), strtod("0.1e1x", NULL));
  for (int mode = 0; mode < 4; mode++) {
    static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    fesetround(modes[mode]);
    volatile double one = 1, three = 3;
    printf("%d %.20g %g %g\n", mode, one / three, nearbyint(2.5), rint(-2.5));
  }
  fesetround(FE_TONEAREST);
  feclearexcept(FE_ALL_EXCEPT);
  volatile double zero = 0, big = DBL_MAX, result = 1 / zero;
  result += big * 2 + sqrt(-1 + zero);
  printf("%d %d %d\n", fetestexcept(FE_DIVBYZERO) != 0, fetestexcept(FE_OVERFLOW) != 0, fetestexcept(FE_INVALID) != 0);
  for (double x = -3; x <= 3; x += 0.75)
    printf("%.15g %.15g %.15g %.15g %.15g %.15g %.15g\n", sin(x), tan(x), exp(x), atan(x), cbrt(x), tgamma(x + 0.1),
           erf(x));
  printf("%.15g %.15g %.15g %.15g %.15g\n", pow(2, 0.5), log(10), fmod(10, 3.3), hypot(3, 4), ldexp(0.75, 10));
}

static void zones(void) {
  static const char *const names[] = {"UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0",
                                      "NST3:30NDT,M3.2.0,M11.1.0", "<+1245>-12:45"};
  static const time_t times[] = {0,         1700000000, 1690000000, 1711846799, 1711846801,
                                 951782400, 4102444800, -1,         -2208988800};
  for (size_t zone = 0; zone < sizeof names / sizeof names[0]; zone++) {
    setenv("TZ", names[zone], 1);
    tzset();
    for (size_t at = 0; at < sizeof times / sizeof times[0]; at++) {
      char text[100];
      struct tm *date = localtime(&times[at]);
      strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %Z %z %j %U %V %a %b", date);
      printf("%s %ld\n", text, (long)(mktime(date) - times[at]));
    }
  }
  struct tm parsed = {0};
  printf("%s\n", strptime("29 Feb 2024 23:59:58", "%d %b %Y %H:%M:%S", &parsed) ? asctime(&parsed) : "none");
}

static jmp_buf place;
static int deepest = 100;

static int leap(int depth) {
  if (depth == deepest) longjmp(place, 42);
  return depth > deepest ? 0 : leap(depth + 1) + depth;
}

static void jumps(void) {
  volatile int count = 0;
  int value = setjmp(place);
  count++;
  printf("setjmp %d, %d\n", value, count);
  if (value == 0) printf("never %d\n", leap(0));
}

static int visits;
static int visit(const char *path, const struct stat *status, int kind, struct FTW *where) {
  (void)path, (void)status;
  visits += kind == FTW_F ? 1 : kind == FTW_DP ? 1000 : 1000000;
  return where->level > 10;
}

static int by_name(const struct dirent **left, const struct dirent **right) {
  return strcmp((*left)->d_name, (*right)->d_name);
}

static void folders(void) {
  char name[100];
  for (int folder = 0; folder < 3; folder++) {
    snprintf(name, sizeof name, "work/folder%d", folder);
    printf("mkdir %d\n", mkdir(name, 0755));
    for (int file = 0; file < 40; file++) {
      snprintf(name, sizeof name, "work/folder%d/file%d", folder, file);
      FILE *out = fopen(name, "w");
      fprintf(out, "%d %d\n", folder, file);
      fclose(out);
    }
  }
  struct dirent **entries;
  int count = scandir("work/folder1", &entries, NULL, by_name);
  printf("%d %s %s %d\n", count, entries[0]->d_name, entries[count - 1]->d_name, entries[count - 1]->d_type);
  printf("nftw %d %d\n", nftw("work", visit, 4, FTW_DEPTH | FTW_PHYS), visits);
  glob_t found;
  printf("glob %d", glob("work/*/file*9", 0, NULL, &found));
  for (size_t at = 0; at < found.gl_pathc; at++) printf(" %s", found.gl_pathv[at]);
  printf("\n");
  DIR *folder = opendir("work/folder0");
  int entries_left = 0;
  readdir(folder);
  long where = telldir(folder);
  while (readdir(folder)) entries_left++;
  seekdir(folder, where);
  int again = 0;
  while (readdir(folder)) again++;
  rewinddir(folder);
  printf("%d %d %d\n", entries_left, again, readdir(folder) != NULL);
  closedir(folder);
}

static void files(void) {
  FILE *file = fopen("work/data", "w+");
  for (int line = 0; line < 5000; line++) fprintf(file, "line %d %s\n", line, line % 3 ? "text" : "other words");
  fflush(file);
  struct stat status;
  fstat(fileno(file), &status);
  char *text = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fileno(file), 0);
  int lines = 0, others = 0;
  for (char *at = text; at < text + status.st_size; at++) {
    lines += *at == '\n';
    others += *at == 'o';
  }
  printf("%ld bytes, %d lines, %d\n", (long)status.st_size, lines, others);
  char *copy = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fileno(file), 4096);
  copy[0] = '#';
  printf("%d %.10s\n", text[4096] != '#', copy + 1);
  munmap(text, (size_t)status.st_size);
  munmap(copy, 4096);
  rewind(file);
  int number = 0, read = 0;
  char word[20];
  while (fscanf(file, "line %d %19s%*[^\n]\n", &number, word) == 2) read++;
  printf("%d %d %s %d\n", read, number, word, feof(file) != 0);
  fseek(file, -5, SEEK_END);
  printf("%s", fgets(word, sizeof word, file));
  char *line = NULL;
  size_t room = 0;
  rewind(file);
  printf("%zd %s", getline(&line, &room, file), line);
  fclose(file);
  FILE *memory = open_memstream(&line, &room);
  fprintf(memory, "%5d|%-5s|%05.1f|%x|%o|%c|%p|%n", 42, "ab", 3.14159, 255, 8, 'z', (void *)0x1234, &number);
  fclose(memory);
  printf("%s %d\n", line, number);
}

static int compare(const void *left, const void *right) { return strcmp(left, right); }
static int nodes;
static void count_node(const void *node, VISIT order, int depth) {
  (void)node, (void)depth;
  nodes += order == leaf || order == postorder;
}

static void rest(void) {
  void *tree = NULL;
  char names[100][8];
  for (int at = 0; at < 100; at++) {
    snprintf(names[at], 8, "n%d", at * 37 % 71);
    tsearch(names[at], &tree, compare);
  }
  twalk(tree, count_node);
  printf("%d %s\n", nodes, setlocale(LC_ALL, "C"));
  printf("%ls %zu %d\n", L"wide", wcslen(L"four"), wcscmp(L"a", L"b"));
  printf("%ld %ld %lu\n", strtol("-0x7fz", NULL, 0), strtol("99999999999999999999", NULL, 10), strtoul("777", NULL, 8));
  srand(7);
  printf("%d %d %ld\n", rand(), rand(), random());
  char *state = strdup("a,b;;c"), *word = state;
  for (char *part; (part = strsep(&word, ",;")) != NULL;) printf("<%s>", part);
  printf(" %s %s\n", strstr("needle in hay", "in"), strerror(28));
  size_t total = 0;
  void *blocks[300];
  for (int round = 0; round < 300; round++) {
    size_t size = (size_t)(round * round * 13 % 70000 + 1);
    blocks[round] = calloc(1, size);
    total += size;
    memset(blocks[round], round, size);
    if (round % 3 == 0) free(blocks[round / 2]), blocks[round / 2] = malloc(10);
  }
  printf("%zu\n", total);
}

int main(void) {
  floats();
  zones();
  jumps();
  folders();
  files();
  rest();
  fprintf(stderr, "to standard error\n");
  return 5;
}
