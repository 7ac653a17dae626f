// Times, what a process has used, and signal masks in the guest's memory, which several families of calls take.
#ifndef VMP_LINUX_CALLS_TIME_VALUES_H
#define VMP_LINUX_CALLS_TIME_VALUES_H

#include "process.h"
#include "timers/timer.h"
#include "usage.h"

namespace vmp_linux {

// struct timespec, in nanoseconds (saturating). 0, -EFAULT or -EINVAL.
int read_timespec(Thread &thread, GuestPointer from, int64_t &nanoseconds);
bool write_timespec(Thread &thread, GuestPointer to, int64_t nanoseconds);

// struct itimerspec, or struct itimerval. 0, -EFAULT or -EINVAL.
enum class TimerUnit : int64_t { nanosecond = 1, microsecond = 1000 };
int read_timer_setting(Thread &thread, GuestPointer from, TimerUnit unit, TimerSetting &setting);
bool write_timer_setting(Thread &thread, GuestPointer to, TimerUnit unit, const TimerSetting &setting);

// struct rusage.
bool write_usage(Thread &thread, GuestPointer to, const Usage &usage);

// Blocks another set of signals until the call ends or a handler has returned. A null mask changes nothing. 0 or minus
// an errno.
int set_temporary_mask(Thread &thread, GuestPointer mask, uint64_t size);

}  // namespace vmp_linux
#endif
