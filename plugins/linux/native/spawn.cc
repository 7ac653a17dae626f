// Makes a process from a program.
#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "files/path.h"
#include "loader.h"
#include "personality.h"

namespace vmp_linux {
namespace {

constexpr uint64_t kLargestStack = uint64_t{8} << 20;
constexpr uint64_t kSmallestStack = uint64_t{128} << 10;
constexpr uint64_t kInfinite = ~uint64_t{0};

// A stack takes its memory at once, so a small machine gets a smaller one.
uint64_t stack_size(uint64_t machine_memory, uint64_t space_size) {
  const uint64_t quarter = page_floor(std::min(machine_memory, space_size) / 4);
  return std::clamp(quarter, kSmallestStack, kLargestStack);
}

void set_limits(std::array<ResourceLimit, kResourceCount> &limits, uint64_t stack, uint64_t memory) {
  limits.fill({kInfinite, kInfinite});
  limits[RLIMIT_STACK] = {stack, kInfinite};
  limits[RLIMIT_CORE] = {0, kInfinite};
  limits[RLIMIT_RSS] = {memory, memory};
  limits[RLIMIT_NPROC] = {1, 1};
  limits[RLIMIT_NOFILE] = {1024, 4096};
  limits[RLIMIT_MEMLOCK] = {65536, 65536};
  limits[RLIMIT_MSGQUEUE] = {819200, 819200};
  limits[RLIMIT_NICE] = limits[RLIMIT_RTPRIO] = {0, 0};
}

vmp_status open_streams(Process &process, const vmp_spawn &request, vmp_error *error) {
  const int streams[] = {request.standard_input, request.standard_output, request.standard_error};
  for (int i = 0; i < 3; ++i) {
    int reason = 0;
    auto file = borrow_stream(streams[i], &reason);
    if (file == nullptr) {
      return fail(error, VMP_ERROR_INVALID_ARGUMENT, "STREAM_UNUSABLE", "descriptor %d for the guest's %d: %s",
                  streams[i], i, std::strerror(reason));
    }
    process.descriptors.put(i, std::move(file), false);
  }
  return VMP_OK;
}

vmp_status open_working_directory(Process &process, const vmp_spawn &request, vmp_error *error) {
  FileSystem &files = process.personality.files();
  process.working_directory = files.open_root_directory();
  const std::string path(view(request.working_directory));
  if (process.working_directory == nullptr) {
    return fail(error, VMP_ERROR_IO, "ROOT_DENIED", "the root cannot be opened: %s", std::strerror(errno));
  }
  if (path.empty() || path == "/") return VMP_OK;
  Place place;
  struct stat status;
  int host = files.locate(process, AT_FDCWD, path.c_str(), place);
  if (host == 0 && !place.file) host = files.open(place, O_PATH | O_DIRECTORY, 0, status);
  if (host < 0 || (place.file && place.file->kind != VirtualKind::directory)) {
    return fail(error, VMP_ERROR_PLUGIN, "WORKING_DIRECTORY_NOT_FOUND", "the working directory %s: %s", path.c_str(),
                std::strerror(host < 0 ? -host : ENOTDIR));
  }
  process.working_directory = place.file ? FileSystem::describe_virtual_directory(place.file->path)
                                         : files.describe(OwnedDescriptor(host), status);
  return VMP_OK;
}

}  // namespace

vmp_status Personality::open_program(Process &process, const vmp_spawn &request, OwnedDescriptor program,
                                     vmp_error *error) {
  const std::string path(view(request.path));
  struct stat status;
  if (!program) {
    Place place;
    int host = files_.locate(process, AT_FDCWD, path.c_str(), place);
    if (host == 0) host = place.file ? -ENOENT : files_.open(place, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, status);
    if (host < 0) {
      return fail(error, VMP_ERROR_PLUGIN, host == -EACCES ? "PROGRAM_NOT_EXECUTABLE" : "PROGRAM_NOT_FOUND", "%s%s: %s",
                  path.c_str(), files_.has_root() ? " below the root" : "", std::strerror(-host));
    }
    program = OwnedDescriptor(host);
  }
  process.executable = std::make_shared<FileDescription>();
  process.executable->host = program.release();
  if (::fstat(process.executable->host, &status) != 0) {
    return fail(error, VMP_ERROR_IO, "PROGRAM_UNREADABLE", "%s: %s", path.c_str(), std::strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) {
    return fail(error, VMP_ERROR_PLUGIN, "PROGRAM_IS_A_DIRECTORY", "%s is a folder", path.c_str());
  }
  if (!S_ISREG(status.st_mode) || (request.program < 0 && (status.st_mode & 0111) == 0)) {
    return fail(error, VMP_ERROR_PLUGIN, "PROGRAM_NOT_EXECUTABLE", "%s is %s", path.c_str(),
                S_ISREG(status.st_mode) ? "not executable: chmod +x it" : "not a regular file");
  }
  const std::string_view full(process.executable_path);
  const std::string_view name = full.substr(full.rfind('/') + 1);
  std::memcpy(process.name, name.data(), std::min(name.size(), sizeof process.name - 1));
  return VMP_OK;
}

vmp_status Personality::load(Process &process, const vmp_spawn &request, vmp_vcpu **vcpu, vmp_error *error) {
  vmp_address_space *space = process.memory().space();
  const uint64_t memory = services_.machine->memory(machine_)->size;
  const uint64_t stack = stack_size(memory, space->size);
  process.map = MemoryMap(GuestMemory(services_.memory, space), stack);
  set_limits(process.limits, stack, memory);

  const ElfExpectation expectation = {architecture_->elf_machine, architecture_->name, kLowestAddress,
                                      process.map.mapping_top()};
  ElfImage image;
  const int program = process.executable->host;
  if (const vmp_status status = read_program(program, expectation, image, error); status != VMP_OK) return status;
  LoadedProgram loaded;
  if (const vmp_status status = load_program(process.map, program, image, loaded, error); status != VMP_OK)
    return status;
  process.map.set_heap(loaded.end);

  const uint32_t data = VMP_PROTECTION_READ | VMP_PROTECTION_WRITE;
  const uint32_t stack_protection = image.executable_stack ? data | VMP_PROTECTION_EXECUTE : data;
  const std::span<const uint8_t> code = architecture_->sigreturn_code;
  const auto trampoline = process.map.gap(kPage);
  if (process.map.map(process.map.stack_bottom(), stack, stack_protection, kStackArea) != 0 || !trampoline ||
      process.map.map(*trampoline, kPage, VMP_PROTECTION_READ | VMP_PROTECTION_EXECUTE, kTrampolineArea) != 0) {
    return fail(error, VMP_ERROR_OUT_OF_MEMORY, "MEMORY_TOO_SMALL",
                "the machine's %llu bytes of memory do not hold the program and a stack of %llu bytes",
                static_cast<unsigned long long>(memory), static_cast<unsigned long long>(stack));
  }
  process.trampoline = *trampoline;
  if (!code.empty()) {
    const vmp_status status = services_.memory->populate(space, *trampoline, code.data(), code.size(), error);
    if (status != VMP_OK) return status;
  }
  uint64_t stack_pointer = 0;
  const StackContents contents = {&request, &loaded, hwcap_, hwcap2_};
  if (const vmp_status status = build_stack(process, contents, &stack_pointer, error); status != VMP_OK) return status;

  const vmp_status status = services_.machine->vcpu_create(machine_, space, vcpu, error);
  if (status != VMP_OK) return status;
  auto thread = std::make_unique<Thread>(process, *vcpu, process.id);
  thread->reg(abi_.stack_pointer) = stack_pointer;
  thread->reg(abi_.program_counter) = loaded.entry;
  process.threads.push_back(std::move(thread));
  return VMP_OK;
}

vmp_status Personality::spawn(const vmp_spawn &request, vmp_vcpu **vcpu, uint32_t *id, vmp_error *error) {
  reap();
  uint32_t process_id = 0;
  {
    std::lock_guard lock(processes_mutex_);
    process_id = next_process_++;
  }
  auto process = std::make_unique<Process>(*this, process_id);
  OwnedDescriptor program(request.program);  // ours, whatever happens
  process->group = process->session = process->foreground_group = process_id;
  process->credentials = {settings_.user,  settings_.user,  settings_.user,
                          settings_.group, settings_.group, settings_.group};
  const std::string_view path = view(request.path);
  if (path.empty() || path.find('\0') != std::string_view::npos) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "PROGRAM_NOT_FOUND", "the program has no path");
  }
  process->executable_path = normalize_path(view(request.working_directory), path);
  vmp_status status = open_working_directory(*process, request, error);
  if (status != VMP_OK) return status;
  status = open_program(*process, request, std::move(program), error);
  if (status != VMP_OK) return status;
  status = open_streams(*process, request, error);
  if (status != VMP_OK) return status;

  vmp_address_space *created = nullptr;
  status = services_.memory->space_create(machine_, uint64_t{1} << address_bits_, &created, error);
  if (status != VMP_OK) return status;
  std::unique_ptr<vmp_address_space, void (*)(vmp_address_space *)> space(created, services_.memory->space_destroy);
  process->map = MemoryMap(GuestMemory(services_.memory, created), kSmallestStack);
  status = load(*process, request, vcpu, error);
  if (status != VMP_OK) return status;
  *id = process_id;
  std::lock_guard lock(processes_mutex_);
  processes_.emplace(process_id, std::move(process));
  space.release();  // the process's now, until it is reaped
  return VMP_OK;
}

}  // namespace vmp_linux
