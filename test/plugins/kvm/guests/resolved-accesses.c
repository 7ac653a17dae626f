// Accesses that the machine has to resolve first, by instructions that do more than one: read and written pages, code
// that tells the time, many signals meanwhile.
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int signals;
static void count(int number) {
  (void)number;
  ++signals;
}

static int status_of(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Reads a page and then writes it: of a stack that a fork has shared.
static void push_from_the_stack(void) { __asm__ volatile("pushq 8(%%rsp)\npopq %%rax" : : : "rax", "memory"); }

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  for (int i = 0; i < 3; ++i) {
    const pid_t child = fork();
    push_from_the_stack();
    if (child == 0) _exit(7);
    printf("pushed: %d\n", status_of(child));
  }
  char *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memory[0] = 1;
  pid_t child = fork();
  if (child == 0) {
    char *from = memory, *to = memory + 200;
    __asm__ volatile("movsb" : "+S"(from), "+D"(to) : : "memory");
    _exit(memory[200]);
  }
  printf("moved in one page: %d\n", status_of(child));
  child = fork();
  if (child == 0) {
    __asm__ volatile("lock incl (%0)" : : "r"(memory) : "memory");
    _exit(memory[0]);
  }
  printf("incremented: %d, here %d\n", status_of(child), memory[0]);
  struct timespec *time = (struct timespec *)(memory + (512 << 10));
  clock_gettime(CLOCK_MONOTONIC, time);
  printf("the time, to a page not touched before: %d\n", time->tv_sec > 0);
  child = fork();
  if (child == 0) {
    time->tv_sec = 0;
    clock_gettime(CLOCK_MONOTONIC, time);
    _exit(time->tv_sec > 0);
  }
  printf("to a page shared by a fork: %d\n", status_of(child));
  child = fork();
  if (child == 0) {
    volatile char *code = (volatile char *)main;
    code[0] = code[0];
    _exit(1);
  }
  printf("to the program's code: %d\n", status_of(child));

  signal(SIGALRM, count);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
  struct itimerspec often = {{0, 1000000}, {0, 1000000}};
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  timer_settime(timer, 0, &often, NULL);
  struct timespec before = {0, 0}, now = {0, 0};
  int backwards = 0;
  while (signals < 200) {
    clock_gettime(CLOCK_MONOTONIC, &now);
    backwards += now.tv_sec < before.tv_sec || (now.tv_sec == before.tv_sec && now.tv_nsec < before.tv_nsec);
    before = now;
  }
  printf("200 signals while the time is told: backwards %d\n", backwards);
  return 0;
}
