// Functions of a guest's that the host calls. A thread that waits in a system call, or is stopped, puts its registers
// aside, runs the function and takes them back when that returns to the process's trampoline, which says so by a call
// of its own number.
#ifndef VMP_LINUX_FUNCTION_CALLS_FUNCTION_CALL_H
#define VMP_LINUX_FUNCTION_CALLS_FUNCTION_CALL_H

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "function_calls/program_symbols.h"

namespace vmp_linux {

struct Process;
struct Thread;

struct FunctionCall {
  uint64_t id = 0;  // the machine's
  uint64_t address = 0;
  std::array<uint64_t, 6> arguments{};
  std::shared_ptr<ProgramSymbols> program;  // that has the function

  // Of the thread, while it runs the function: what it was about to do.
  struct Interrupted {
    std::vector<uint8_t> state;
    uint64_t call_number = 0;
    uint64_t call_first_argument = 0;
    bool in_call = false;
    bool at_rest = false;
    bool restarting = false;
    std::optional<int64_t> kept_deadline;
    std::optional<uint64_t> waiting_mask;  // what its call blocks meanwhile (sigsuspend, ppoll)
  } interrupted;
};

// Any thread. Has the process's thread run the function as soon as it rests. NOT_FOUND when it has ended, BUSY while
// another call is under way.
vmp_status post_call(Process &process, std::unique_ptr<FunctionCall> call, vmp_error *error);
// Any thread. Takes back a call that has not begun: false when there is none.
bool withdraw_call(Process &process, uint64_t id);

// vCPU thread. Whether one waits for the thread to rest.
bool call_waits(Thread &thread);
// vCPU thread, which rests: begins the call that waits. False when there is none, or when the stack does not hold it.
bool begin_call(Thread &thread);
// vCPU thread. Whether this system call is the end of the function that the host has called: the registers are then the
// interrupted ones, and the result is told.
bool return_from_call(Thread &thread, uint64_t number, uint64_t result);
// vCPU thread. The call that waits or is under way, if there is one, will never have a result.
void abandon_call(Thread &thread, const std::string &reason);

}  // namespace vmp_linux
#endif
