// A program in an address space of its own, for spawn and execve alike.
#ifndef VMP_LINUX_PROCESSES_PROGRAM_H
#define VMP_LINUX_PROCESSES_PROGRAM_H

#include <string>
#include <vector>

#include "process.h"

namespace vmp_linux {

// What a process is to run.
struct ProgramRequest {
  std::string path;  // as the guest gave it: for AT_EXECFN
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::shared_ptr<FileDescription> executable;
};

// Ready for a thread to go on in.
struct ProgramImage {
  std::shared_ptr<MemoryMap> map;
  uint64_t bias = 0;  // of the executable's addresses
  uint64_t entry = 0;
  uint64_t stack_pointer = 0;
  uint64_t trampoline = 0;
  uint64_t arguments_start = 0, arguments_end = 0;  // of the initial strings
  uint64_t environment_start = 0, environment_end = 0;
};

inline constexpr uint64_t kSmallestStack = uint64_t{128} << 10;

// Opens a file to be executed, for reading: 0 or minus an errno. follow: not AT_SYMLINK_NOFOLLOW.
int open_executable(Process &process, int directory, const char *path, bool follow,
                    std::shared_ptr<FileDescription> &executable);

// 0 for a regular file that may be executed; -EISDIR, -EACCES, or what fstat(2) says.
int check_executable(int host);

// While the executable is a script, puts the interpreter that its first line names in its place and the line's argument
// before those of the request (execve(2), "Interpreter scripts"). 0 or minus an errno.
int follow_scripts(Process &process, ProgramRequest &request);

// Loads the executable. stack_limit: RLIMIT_STACK. Nothing of the process changes. A refusal fills `error`.
vmp_status load_image(Process &process, const ProgramRequest &request, uint64_t stack_limit, ProgramImage &image,
                      vmp_error *error);
// What execve answers for such a refusal: minus an errno.
int errno_of_refusal(const vmp_error &error);

// The thread's process goes on in the image; the memory that it had is let go. By its own thread, or before it has run.
void enter_image(Thread &thread, const ProgramRequest &request, ProgramImage image);

}  // namespace vmp_linux
#endif
