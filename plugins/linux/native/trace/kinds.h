// The kinds of arguments and results that the table of calls is made of.
#ifndef VMP_LINUX_TRACE_KINDS_H
#define VMP_LINUX_TRACE_KINDS_H

#include "signals/signal_information.h"
#include "trace/printer.h"

namespace vmp_linux::trace {

enum class When : uint8_t {
  entering,  // what the call is given; the guest may change it meanwhile
  leaving,   // what it wrote; all that stand behind are printed then, too
};

// Prints the argument with this index. One that prints nothing is left out, with its comma.
struct Kind {
  void (*print)(Printer &to, unsigned index, const Names *names);
  const Names *names = nullptr;
  When when = When::entering;
};

// Prints what the call answered when it did not fail, and may set the note behind it.
using Result = void (*)(Printer &to);

// Shared by the files of kinds.
void print_symbol(Printer &to, unsigned index, const Names *names);
void print_flags(Printer &to, unsigned index, const Names *names);       // 32 bits
void print_long_flags(Printer &to, unsigned index, const Names *names);  // 64 bits
void print_directory(Printer &to, uint64_t descriptor);
void print_signal(Printer &to, int number);
std::string signal_text(int number);
void print_signal_set(Printer &to, uint64_t at, uint64_t size);
std::string signal_set_text(uint64_t mask);
void print_signal_information(Printer &to, const SignalInformation &information);
void print_timespec(Printer &to, uint64_t at);
std::string timespec_text(int64_t seconds, int64_t nanoseconds);
void print_ticks(Printer &to, uint64_t ticks);  // of clock(3)'s 100 a second, as times(2) counts
void print_file_mode(Printer &to, uint32_t mode);
void print_permissions(Printer &to, uint32_t mode);
void print_open_flags(Printer &to, uint32_t flags);
std::string open_flags_text(uint32_t flags);
extern const Names kAtFlags;
extern const Names kSeekNames;

namespace kinds {
// kinds_values.cc
extern const Kind integer, long_integer, natural, size, hex, pointer, signal_number, user, process;
extern const Kind descriptor, directory, path, text, permissions, hidden;
extern const Kind integer_written, cpu_written, seconds_written, user_written, groups_written, descriptors_written;
extern const Kind integer_given, offset_given, groups_given;
// kinds_buffers.cc
extern const Kind bytes_read, bytes_given, vectors_read, vectors_given, working_directory, entries;
extern const Kind attribute_value, attribute_value_read, attribute_list;
// kinds_files.cc
extern const Kind open_flags, open_mode, at_flags, access_mode, access_flags, node_mode, node_device, whence;
extern const Kind rename_flags, allocate_mode, file_advice, write_flags, descriptor_flags, sync_flags;
extern const Kind close_range_flags, lock_operation, attribute_flags, memory_file_flags;
// kinds_status.cc
extern const Kind statx_flags, statx_mask, file_status, extended_status, system_status;
// kinds_control.cc
extern const Kind fcntl_command, fcntl_argument, ioctl_request, ioctl_argument;
// kinds_waiting.cc
extern const Kind polled, descriptor_set, event_flags, event_operation, event, events, eventfd_flags, signalfd_flags;
extern const Kind watch_events, watch_flags, mask_of_select, timer_flags;
// kinds_memory.cc
extern const Kind protection, map_flags, residency, advice, remap_flags, remap_address, sync_mode;
extern const Kind lock_flags, lock_all_flags, flush_flags;
// kinds_signals.cc
extern const Kind signal, action, action_written, mask_change, signal_set, signal_set_2, signal_set_3;
extern const Kind signal_set_written, signal_information;
extern const Kind signal_information_written, alternate_stack, alternate_stack_written, restored_mask;
// kinds_processes.cc
extern const Kind argument_strings, environment, wait_status, wait_options, wait_kind, usage_waited, usage, clone_all;
extern const Kind clone_arguments, clone_flags, futex_operation;
// kinds_limits.cc
extern const Kind resource, limit, limit_written, usage_of, priority_of, processors, processors_written, scheduler;
// kinds_system.cc
extern const Kind prctl_option, prctl_arguments, system_name, system_information, times_written, membarrier_command;
extern const Kind random_flags, random_bytes, persona;
// kinds_architecture.cc
extern const Kind architecture_option, architecture_argument;
// kinds_time.cc
extern const Kind clock, time, time_written, timeval, timeval_written, time_zone, sleep_flags, time_left, file_times;
extern const Kind file_timevals, interval_timer, interval, interval_written, long_interval, long_interval_written;
extern const Kind timer_event;
// kinds_sockets.cc
extern const Kind family, socket_type, message_flags, socket_address, shutdown_how;
}  // namespace kinds

// results.cc
namespace results {
void decimal(Printer &to);
void hexadecimal(Printer &to);
void permissions(Printer &to);
void of_fcntl(Printer &to);
void of_poll(Printer &to);
void of_ppoll(Printer &to);
void of_select(Printer &to);
void of_signal_wait(Printer &to);
void of_scheduler(Printer &to);
void of_persona(Printer &to);
}  // namespace results

}  // namespace vmp_linux::trace
#endif
