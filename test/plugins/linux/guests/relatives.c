// What /proc tells a process about its child, while it waits and as a zombie, and about the process of another run,
// whose id may be the argument.
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static void show(int process, const char *name) {
  char path[100], text[2000] = {0};
  snprintf(path, sizeof path, "/proc/%d/%s", process, name);
  const int file = open(path, O_RDONLY);
  const long n = file < 0 ? -1 : read(file, text, sizeof text - 1);
  if (n < 0) snprintf(text, sizeof text, "%s", strerror(errno));
  for (long i = 0; i + 1 < n; ++i) {
    if (text[i] == 0) text[i] = ' ';
  }
  // Up to the process group, which is the same in each.
  if (strcmp(name, "stat") == 0 && n > 0) *strchr(strchr(text, ')') + 5, ' ') = 0;
  if (strcmp(name, "status") == 0 && n > 0) *strchr(strstr(text, "State:"), '\n') = 0;
  printf("%s: %s\n", name, text);
  close(file);
}

static void show_all(int process) {
  char path[100], link[100];
  for (const char *const *name =
           (const char *const[]){"comm", "cmdline", "stat", "status", "environ", "maps", "limits", NULL};
       *name != NULL; ++name) {
    show(process, *name);
  }
  snprintf(path, sizeof path, "/proc/%d/fd", process);
  printf("fd: %s\n", opendir(path) != NULL ? "open" : strerror(errno));
  for (const char *const *name = (const char *const[]){"exe", "cwd", "root", "fd/0", NULL}; *name != NULL; ++name) {
    snprintf(path, sizeof path, "/proc/%d/%s", process, *name);
    printf("%s: %s\n", *name, readlink(path, link, sizeof link) >= 0 ? "a link" : strerror(errno));
  }
  snprintf(path, sizeof path, "/proc/%d/root/program", process);
  printf("through root: %s\n", access(path, F_OK) == 0 ? "there" : strerror(errno));
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  if (count > 1) {
    show_all(atoi(arguments[1]));
    return 0;
  }
  int ready[2];
  if (pipe(ready) != 0) return 99;
  const int child = fork();
  if (child == 0) {
    prctl(PR_SET_NAME, "a child");
    close(ready[1]);
    write(1, "", 0);
    char byte;
    read(ready[0], &byte, 1);
    _exit(3);
  }
  // The child's name says that it got so far.
  char path[100], name[20] = {0};
  snprintf(path, sizeof path, "/proc/%d/comm", child);
  while (strncmp(name, "a child", 7) != 0) {
    usleep(1000);
    const int file = open(path, O_RDONLY);
    read(file, name, sizeof name);
    close(file);
  }
  printf("pids %d\n", getpid() == atoi((readlink("/proc/self", name, sizeof name), name)));
  show_all(child);
  int found = 0;
  DIR *processes = opendir("/proc");
  for (struct dirent *entry; (entry = readdir(processes)) != NULL;) found += atoi(entry->d_name) > 0;
  printf("processes: %d\n", found);
  close(ready[1]);
  siginfo_t information;
  waitid(P_PID, child, &information, WEXITED | WNOWAIT);
  show(child, "stat");
  show(child, "cmdline");
  snprintf(path, sizeof path, "/proc/%d/stat", child);
  const int kept = open(path, O_RDONLY);
  waitpid(child, NULL, 0);
  show(child, "stat");
  char text[10];
  printf("kept: %s\n", read(kept, text, sizeof text) < 0 ? strerror(errno) : "read");
  return 0;
}
