// What ioctl_tty(2) passes.
#ifndef VMP_LINUX_TRACE_TERMINAL_H
#define VMP_LINUX_TRACE_TERMINAL_H

#include "trace/printer.h"

namespace vmp_linux::trace {

void print_terminal(Printer &to, uint64_t at);     // the kernel's struct termios
void print_window_size(Printer &to, uint64_t at);  // struct winsize
void print_flush(Printer &to, uint64_t queue);

}  // namespace vmp_linux::trace
#endif
