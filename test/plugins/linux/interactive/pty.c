// pty ROWS COLUMNS PROGRAM [ARGUMENTS...]: runs a program at a new terminal, for a test that plays the person at it.
// What is typed comes from standard input, what is shown goes to standard output, and each line "ROWS COLUMNS" from
// descriptor 3 is a new size of the window. At the end, descriptor 4 gets "STATUS SAME": the program's exit code, or
// 128
// + the signal that killed it, and 1 when the terminal's settings are what they were.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void write_all(int to, const char *data, ssize_t size) {
  while (size > 0) {
    ssize_t written = write(to, data, (size_t)size);
    if (written < 0 && errno != EINTR) fail("pty: write");
    if (written > 0) data += written, size -= written;
  }
}

static void resize(int terminal, const char *text) {
  struct winsize size = {0};
  if (sscanf(text, "%hu %hu", &size.ws_row, &size.ws_col) == 2) ioctl(terminal, TIOCSWINSZ, &size);
}

// Passes on what there is; 0 at the end of the input.
static int pass(int from, int to) {
  char block[4096];
  ssize_t got = read(from, block, sizeof block);
  if (got > 0) write_all(to, block, got);
  return got > 0 || (got < 0 && errno == EINTR);
}

int main(int count, char **words) {
  if (count < 4) return fprintf(stderr, "usage: pty ROWS COLUMNS PROGRAM [ARGUMENTS...]\n"), 2;
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) fail("pty: posix_openpt");
  int terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
  struct termios before, after;
  if (terminal < 0 || tcgetattr(terminal, &before) != 0) fail("pty: open");
  struct winsize size = {.ws_row = (unsigned short)atoi(words[1]), .ws_col = (unsigned short)atoi(words[2])};
  ioctl(terminal, TIOCSWINSZ, &size);
  pid_t child = fork();
  if (child < 0) fail("pty: fork");
  if (child == 0) {
    setsid();
    ioctl(terminal, TIOCSCTTY, 0);
    for (int descriptor = 0; descriptor < 3; descriptor++) dup2(terminal, descriptor);
    close(3), close(4), close(master), close(terminal);
    execvp(words[3], words + 3);
    fail(words[3]);
  }
  struct pollfd watched[] = {{master, POLLIN, 0}, {0, POLLIN, 0}, {3, POLLIN, 0}};
  int status, ended = 0;
  while (!ended) {
    ended = waitpid(child, &status, WNOHANG) == child;
    // After the end, what is still in the terminal is shown.
    while (poll(watched, 3, ended ? 0 : 20) > 0 && (!ended || watched[0].revents)) {
      if (watched[0].revents) pass(master, 1);
      if (watched[1].revents && !pass(0, master)) watched[1].fd = -1;
      if (watched[2].revents) {
        char text[40];
        ssize_t got = read(3, text, sizeof text - 1);
        text[got > 0 ? got : 0] = 0;
        if (got > 0) resize(terminal, text);
        if (got <= 0) watched[2].fd = -1;
      }
    }
  }
  int same = tcgetattr(terminal, &after) == 0 && memcmp(&before, &after, sizeof before) == 0;
  dprintf(4, "%d %d\n", WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), same);
  return 0;
}
