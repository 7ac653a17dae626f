/* uses WHAT [COUNT]: takes one kind of thing until it has COUNT of it (0: for ever), says "done" and waits for the end
 * of its input. "sleep" and "loop" take time alone; "signals" says "got NAME" of each signal until SIGTERM ends it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int take_memory(void) {
  const size_t step = 1 << 20;
  char *chunk = mmap(NULL, step, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (chunk == MAP_FAILED) return -1;
  memset(chunk, 1, step);
  return 0;
}

static int take_process(void) {
  const pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  return child < 0 ? -1 : 0;
}

static int take_descriptor(void) { return dup(0) < 0 ? -1 : 0; }

static int take_output(void) {
  static char block[65536];
  static unsigned round;
  memset(block, 'a' + (int)(round++ % 26), sizeof block);
  for (size_t at = 0; at < sizeof block;) {
    const ssize_t written = write(1, block + at, sizeof block - at);
    if (written < 0) return -1;
    at += (size_t)written;
  }
  return 0;
}

/* Both streams by turns, in small pieces. */
static int take_both(void) { return write(1, "out\n", 4) == 4 && write(2, "err\n", 4) == 4 ? 0 : -1; }

static void say(int number) {
  char line[64];
  const int size = snprintf(line, sizeof line, "got %s\n", sigabbrev_np(number));
  if (write(1, line, (size_t)size) != size || number == SIGTERM) _exit(number == SIGTERM ? 7 : 1);
}

static int wait_for_signals(void) {
  static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT, SIGWINCH};
  struct sigaction action = {.sa_handler = say};
  sigfillset(&action.sa_mask);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) sigaction(numbers[i], &action, NULL);
  if (write(1, "ready\n", 6) != 6) return 1;
  for (;;) pause();
}

/* Leaves the terminal raw. */
static int make_raw(const char *ending) {
  struct termios settings;
  if (tcgetattr(0, &settings) != 0) return 1;
  cfmakeraw(&settings);
  if (tcsetattr(0, TCSANOW, &settings) != 0 || write(1, "raw\r\n", 5) != 5) return 1;
  if (strcmp(ending, "-crash") == 0) raise(SIGSEGV);
  if (strcmp(ending, "-wait") == 0) pause();
  return 0;
}

static const struct {
  const char *name;
  int (*take)(void);
} kinds[] = {{"memory", take_memory},
             {"processes", take_process},
             {"open-files", take_descriptor},
             {"output", take_output},
             {"both", take_both}};

int main(int count, char **arguments) {
  const char *what = count > 1 ? arguments[1] : "";
  const unsigned long most = count > 2 ? strtoul(arguments[2], NULL, 10) : 0;
  if (strcmp(what, "sleep") == 0) pause();
  if (strcmp(what, "loop") == 0) {
    for (;;) __asm__ volatile("");
  }
  if (strcmp(what, "signals") == 0) return wait_for_signals();
  if (strncmp(what, "raw", 3) == 0) return make_raw(what + 3);
  int (*take)(void) = NULL;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(what, kinds[i].name) == 0) take = kinds[i].take;
  }
  if (take == NULL) return 2;
  for (unsigned long taken = 0; most == 0 || taken < most; taken++) {
    if (take() == 0) continue;
    fprintf(stderr, "%s: %s after %lu\n", what, strerrorname_np(errno), taken);
    return 3;
  }
  if (strcmp(what, "output") == 0 || strcmp(what, "both") == 0) return 0;
  static char input[4096];
  if (write(1, "done\n", 5) != 5) return 1;
  while (read(0, input, sizeof input) > 0) continue;
  return 0;
}
