#include "processes/program.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "errno_or.h"
#include "files/path.h"
#include "loader.h"
#include "personality.h"
#include "processes/answers.h"
#include "timers/clocks.h"

namespace vmp_linux {
namespace {

constexpr uint64_t kLargestStack = uint64_t{8} << 20;
constexpr int kDeepestScript = 5;    // as Linux: further ones are ELOOP
constexpr size_t kScriptLine = 256;  // BINPRM_BUF_SIZE

// In a small machine the stack is smaller too: it takes its memory as it grows, but its addresses at once.
uint64_t stack_size(uint64_t limit, uint64_t machine_memory, uint64_t space_size) {
  const uint64_t quarter = std::min(machine_memory, space_size) / 4;
  return page_floor(std::clamp(std::min(limit, quarter), kSmallestStack, kLargestStack));
}

// Where the file lies, whatever links led to it; a program of the host's is where the guest says it is.
std::string place_of(const Process &process, const ProgramRequest &request) {
  const FileSystem &files = process.run->files;
  std::string place, folder;
  if (files.path_of(*request.executable, place) == 0) return place;
  if (files.path_of(*process.working_directory, folder) != 0) folder = "/";
  return normalize_path(folder, request.path);
}

std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

int follow_scripts(Process &process, ProgramRequest &request) {
  for (int depth = 0;; ++depth) {
    char start[kScriptLine];
    const ssize_t got = ::pread(request.executable->host, start, sizeof start, 0);
    if (got < 0) return -errno;
    std::string_view line(start, static_cast<size_t>(got));
    if (!line.starts_with("#!")) return 0;
    if (depth == kDeepestScript) return -ELOOP;
    const size_t end = line.find('\n');
    line = line.substr(2, end == std::string_view::npos ? end : end - 2);
    line = trim(line.substr(0, line.find('\0')));
    if (line.empty()) return -ENOEXEC;
    const size_t space = line.find_first_of(" \t");
    if (end == std::string_view::npos && space == std::string_view::npos && got == static_cast<ssize_t>(sizeof start))
      return -ENOEXEC;  // the interpreter's name does not fit
    const std::string interpreter(line.substr(0, space));
    std::vector<std::string> arguments = {interpreter};
    if (space != std::string_view::npos) arguments.emplace_back(trim(line.substr(space)));
    arguments.push_back(request.path);
    if (!request.arguments.empty())
      arguments.insert(arguments.end(), request.arguments.begin() + 1, request.arguments.end());
    const int error = open_executable(process, AT_FDCWD, interpreter.c_str(), true, request.executable);
    if (error != 0) return error;
    request.path = interpreter;
    request.arguments = std::move(arguments);
  }
}

vmp_status load_image(Process &process, const ProgramRequest &request, uint64_t stack_limit, ProgramImage &image,
                      vmp_error *error) {
  const Personality &personality = process.personality;
  const Services &services = personality.services();
  const Architecture &architecture = personality.architecture();
  vmp_address_space *space = personality.create_space(*process.run, error);
  if (space == nullptr) return error->status;
  const uint64_t memory = services.machine->memory(personality.machine())->size;
  const uint64_t stack = stack_size(stack_limit, memory, space->size);
  image.map = std::make_shared<MemoryMap>(GuestMemory(services.memory, space), stack);
  MemoryMap &map = *image.map;

  const ElfExpectation expectation = {architecture.elf_machine, architecture.name, kLowestAddress, map.mapping_top()};
  ElfImage elf;
  const int program = request.executable->host;
  if (const vmp_status status = read_program(program, expectation, elf, error); status != VMP_OK) return status;
  LoadedProgram loaded;
  if (const vmp_status status = load_program(map, program, elf, loaded, error); status != VMP_OK) return status;
  map.set_heap(loaded.end);
  image.bias = loaded.bias;
  image.entry = loaded.entry;

  const uint32_t data = VMP_PROTECTION_READ | VMP_PROTECTION_WRITE;
  const uint32_t stack_protection = elf.executable_stack ? data | VMP_PROTECTION_EXECUTE : data;
  const auto trampoline = map.gap(kPage);
  if (map.map(map.stack_bottom(), stack, stack_protection, kStackArea) != 0 || !trampoline ||
      map.map(*trampoline, kPage, VMP_PROTECTION_READ | VMP_PROTECTION_EXECUTE, kTrampolineArea) != 0) {
    return fail(error, VMP_ERROR_OUT_OF_MEMORY, "MEMORY_TOO_SMALL",
                "the machine's %llu bytes of memory do not hold the program and a stack of %llu bytes",
                static_cast<unsigned long long>(memory), static_cast<unsigned long long>(stack));
  }
  image.trampoline = *trampoline;
  std::vector<uint8_t> code(architecture.sigreturn_code.begin(), architecture.sigreturn_code.end());
  code.resize(kFunctionReturnOffset);
  code.insert(code.end(), architecture.function_return_code.begin(), architecture.function_return_code.end());
  const vmp_status status = services.memory->populate(space, *trampoline, code.data(), code.size(), error);
  if (status != VMP_OK) return status;
  return build_stack(process, request, loaded, image, error);
}

int errno_of_refusal(const vmp_error &error) {
  switch (error.status) {
    case VMP_ERROR_OUT_OF_MEMORY:
      return -ENOMEM;
    case VMP_ERROR_INVALID_ARGUMENT:
      return -E2BIG;
    case VMP_ERROR_IO:
      return -EIO;
    default:
      return -ENOEXEC;
  }
}

void enter_image(Thread &thread, const ProgramRequest &request, ProgramImage image) {
  Process &process = thread.process;
  const Personality &personality = thread.personality;
  vmp_address_space *space = image.map->memory().space();
  personality.services().machine->vcpu_set_space(thread.vcpu, space);
  process.map = std::move(image.map);
  process.trampoline = image.trampoline;
  process.executable = request.executable;
  process.arguments_start = image.arguments_start;
  process.arguments_end = image.arguments_end;
  process.environment_start = image.environment_start;
  process.environment_end = image.environment_end;
  offer_answers(process);
  std::memset(thread.state, 0, personality.state_size());
  thread.reg(personality.abi().stack_pointer) = image.stack_pointer;
  thread.reg(personality.abi().program_counter) = image.entry;

  std::string place = place_of(process, request);
  const std::string_view full(request.path);
  const std::string_view name = full.substr(full.rfind('/') + 1);
  std::lock_guard lock(process.public_mutex);
  process.symbols = std::make_shared<ProgramSymbols>(request.executable, image.bias);
  process.facts.name = name.substr(0, 15);
  process.facts.executable_path = std::move(place);
  process.facts.command_line.clear();
  for (const std::string &argument : request.arguments) process.facts.command_line.append(argument).push_back('\0');
  if (process.facts.start_nanoseconds == 0)
    process.facts.start_nanoseconds = static_cast<uint64_t>(clock_now(CLOCK_BOOTTIME));
}

}  // namespace vmp_linux
