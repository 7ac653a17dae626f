// What a program sees and does with its terminal: a line of input, then a key without echo and line editing. With an
// argument it also tries what no guest may do.
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "report.h"

int main(int count, char **arguments) {
  (void)arguments;
  struct termios saved, raw;
  struct winsize size;
  int waiting;
  char text[100] = {0};
  setvbuf(stdout, NULL, _IONBF, 0);
  REPORT(isatty(0));
  REPORT(isatty(1));
  REPORT(tcgetattr(0, &saved));
  printf("%x %x %x %x %d\n", saved.c_iflag, saved.c_oflag, saved.c_cflag, saved.c_lflag, saved.c_cc[VINTR]);
  REPORT(ioctl(0, TIOCGWINSZ, &size));
  printf("%d %d\n", size.ws_row, size.ws_col);
  REPORT(tcgetpgrp(0) == getpgrp());
  REPORT(ioctl(open("/dev/null", O_RDONLY), TCGETS, &saved));
  REPORT(open("/dev/tty", O_RDWR) >= 0);
  REPORT(read(0, text, 100));
  printf("[%s]\n", text);
  raw = saved;
  cfmakeraw(&raw);
  REPORT(tcsetattr(0, TCSANOW, &raw));
  REPORT(tcgetattr(0, &raw));
  printf("%x\r\n", raw.c_lflag);
  struct pollfd polled = {0, POLLIN, 0};
  REPORT(poll(&polled, 1, 10000));
  REPORT(read(0, text, 1));
  printf("[%c]\r\n", text[0]);
  REPORT(tcsetattr(0, TCSAFLUSH, &saved));
  if (count > 1) {
    REPORT(ioctl(0, TIOCSTI, "x"));
    REPORT(ioctl(0, 0x12345, &size));
  }
  return 4;
}
