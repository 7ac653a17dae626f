// Instructions that are the operating system's, and ways into it that a program does not have.
#include "attempt.h"

#define INSTRUCTION(text) ATTEMPT(text, __asm__ volatile(text ::: "rax", "rcx", "rdx", "memory"))

int main(void) {
  attempt_begin();
  INSTRUCTION("hlt");
  INSTRUCTION("cli");
  INSTRUCTION("sti");
  INSTRUCTION("outb %%al, $0x40");
  INSTRUCTION("outb %%al, $0x60");
  INSTRUCTION("inb $0x40, %%al");
  INSTRUCTION("inl $0x80, %%eax");
  // Each port that some stub might use.
  for (int port = 0; port < 256; ++port) {
    attempt_signal = 0;
    if (sigsetjmp(attempt_escape, 1) == 0) __asm__ volatile("outb %%al, %%dx" ::"a"(0), "d"(port));
    if (attempt_signal != SIGSEGV || attempt_code != SI_KERNEL) printf("port %d: signal %d\n", port, attempt_signal);
  }
  INSTRUCTION("xor %%ecx, %%ecx\nrdmsr");
  INSTRUCTION("mov $0xc0000082, %%ecx\nwrmsr");
  INSTRUCTION("mov %%cr0, %%rax");
  INSTRUCTION("mov %%cr3, %%rax");
  INSTRUCTION("mov %%rax, %%cr3");
  INSTRUCTION("mov %%rax, %%cr4");
  INSTRUCTION("mov %%rax, %%cr8");
  INSTRUCTION("mov %%dr7, %%rax");
  INSTRUCTION("clts");
  INSTRUCTION("invlpg (%%rsp)");
  INSTRUCTION("wbinvd");
  INSTRUCTION("sysretq");
  INSTRUCTION("swapgs");
  INSTRUCTION("mov $0x20, %%eax\nltr %%ax");
  INSTRUCTION("sub $16, %%rsp\nlgdt (%%rsp)\nadd $16, %%rsp");
  INSTRUCTION("sub $16, %%rsp\nlidt (%%rsp)\nadd $16, %%rsp");
  INSTRUCTION("int $13");
  INSTRUCTION("int $0x40");
  INSTRUCTION("push $0\npush $0\npush $0\npush $0\npush $0\niretq");
  INSTRUCTION("mov $8, %%eax\nmov %%ax, %%ss");
  INSTRUCTION("mov $0xfff8, %%eax\nmov %%ax, %%ds");
  INSTRUCTION("xor %%eax, %%eax\nmov %%ax, %%ds\nmov %%ax, %%es");
  INSTRUCTION("push $0x23f8\npush $0\nlretq");
  return 0;
}
