// Puts a program and its first stack into a fresh address space.
#ifndef VMP_LINUX_LOADER_H
#define VMP_LINUX_LOADER_H

#include "elf_file.h"
#include "processes/program.h"
#include "services.h"

namespace vmp_linux {

// Reads and checks the headers of the program open as `program`. A refusal fills `error` with its code.
vmp_status read_program(int program, const ElfExpectation &expectation, ElfImage &image, vmp_error *error);

// Bytes read, fewer only at the end of the file; minus an errno.
int64_t read_at(int file, void *to, uint64_t size, uint64_t offset);

struct LoadedProgram {
  uint64_t bias;  // of the addresses in the file; wraps
  uint64_t entry;
  uint64_t program_headers;  // in the guest
  uint64_t program_header_count;
  uint64_t end;  // behind the last segment
};

// Maps the image's segments and fills them from the file.
vmp_status load_program(MemoryMap &map, int program, const ElfImage &image, LoadedProgram &loaded, vmp_error *error);

// Writes argc, argv, envp and the auxiliary vector as a process finds them (System V psABI) into the image's stack,
// whose stack_pointer, aligned to 16, and places of the strings are filled in.
vmp_status build_stack(const Process &process, const ProgramRequest &request, const LoadedProgram &program,
                       ProgramImage &image, vmp_error *error);

}  // namespace vmp_linux
#endif
