/* A flat image for 64-bit mode: ACCESS, of device memory at rbx or of the port in dx, COUNT times. Then the guest ends. */
.code64
.globl _start
_start:
  movl $COUNT, %ecx
  movl $0x10000000, %ebx
  movl $PORT, %edx
  xorl %eax, %eax
1:
  ACCESS
  decl %ecx
  jnz 1b
  xorl %eax, %eax
  outb %al, $0xf4
  hlt
