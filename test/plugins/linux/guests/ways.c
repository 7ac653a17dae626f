// Ends, waits or asks in the way that its first argument names. The second is a folder, where a way needs one.
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

static const int constant = 5;

static long waitpid_(void) { return syscall(SYS_wait4, -1, NULL, 0, NULL); }
static long close_range_(void) { return syscall(SYS_close_range, 5, 4, 0); }

static int recurse(int n) {
  volatile char block[4096];
  block[n % 4096] = (char)n;
  return recurse(n + 1) + block[0];
}

static void on_signal(int number) { printf("signal %d\n", number); }
static void wild_handler(int number) { *(volatile int *)0x18 = number; }

static void waiting(void) { printf("waiting\n"); }

int main(int count, char **arguments) {
  const char *way = count > 1 ? arguments[1] : "";
  const char *folder = count > 2 ? arguments[2] : ".";
  char path[5000], byte;
  setvbuf(stdout, NULL, _IONBF, 0);
#define WAY(name) if (strcmp(way, name) == 0)
  WAY("fine") return 7;
  WAY("null") * (volatile int *)8 = 1;
  WAY("wild") * (volatile int *)0xfffffff012345678 = 1;
  WAY("constant") * (volatile int *)&constant = 6;
  WAY("jump")((void (*)(void))0x10)();
  WAY("recursion") return recurse(0);
  WAY("illegal") __asm__ volatile(".word 0");
  WAY("breakpoint") __asm__ volatile("ebreak");
  WAY("abort") abort();
  WAY("kill") kill(getpid(), SIGKILL);
  WAY("bus") {
    volatile char *map = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, open("/proc/self/exe", O_RDONLY), 0);
    map = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, open("/proc/self/exe", O_RDONLY), 1 << 30);
    byte = map[0];
  }
  WAY("blocked") {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    *(volatile int *)8 = 1;
  }
  WAY("ignored") {
    signal(SIGSEGV, SIG_IGN);
    *(volatile int *)8 = 1;
  }
  WAY("handler") {
    signal(SIGSEGV, wild_handler);
    *(volatile int *)8 = 1;
  }
  WAY("memory") {
    long mapped = 0;
    while (mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) mapped += 64;
    printf("mapped %ld KiB, then %s\n", mapped, strerror(errno));
    return 0;
  }
  WAY("read") {
    waiting();
    read(0, &byte, 1);
  }
  WAY("sleep") {
    waiting();
    sleep(1000);
  }
  WAY("poll") {
    struct pollfd polled[2] = {{0, POLLIN, 0}, {0, POLLPRI, 0}};
    waiting();
    poll(polled, 2, -1);
  }
  WAY("suspend") {
    sigset_t none;
    sigemptyset(&none);
    waiting();
    sigsuspend(&none);
  }
  WAY("futex") {
    int word = 1;
    waiting();
    syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
  }
  WAY("lock") {
    snprintf(path, sizeof path, "%s/lock", folder);
    flock(open(path, O_CREAT | O_RDWR, 0600), LOCK_EX);
    waiting();
    flock(open(path, O_RDWR), LOCK_EX);
  }
  WAY("stop") {
    waiting();
    raise(SIGSTOP);
  }
  WAY("fifo") {
    snprintf(path, sizeof path, "%s/fifo", folder);
    mkfifo(path, 0600);
    waiting();
    open(path, O_WRONLY);
  }
  WAY("handled") {
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL);
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR2, &action, NULL);
    waiting();
    const long n = read(0, &byte, 1);
    printf("read: %s\n", n < 0 ? strerror(errno) : "fine");
    printf("read again: %ld\n", (long)read(0, &byte, 1));
    for (;;) pause();
  }
  WAY("unknown") {
    int results[7];
    int next = 0;
#define ASK(call) results[next++] = (call) < 0 ? errno : 0
    ASK(syscall(425, 1, NULL));
    ASK(syscall(425, 1, NULL));
    ASK(syscall(4000));
    ASK(syscall(SYS_clone, 0x10f00, 0, 0, 0, 0));  // a thread
    ASK(socket(AF_INET, SOCK_STREAM, 0));
    ASK(waitpid_());
    ASK(close_range_());
    for (int i = 0; i < 7; ++i) printf("%d%s", results[i], i == 6 ? "\n" : " ");
    return 0;
  }
  return 1;
}
