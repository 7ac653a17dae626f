// Starts a run: its first process, from what the host's program gives.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "personality.h"
#include "processes/program.h"

namespace vmp_linux {
namespace {

constexpr uint64_t kInfinite = ~uint64_t{0};
constexpr uint64_t kStackLimit = uint64_t{8} << 20;

void set_limits(std::array<ResourceLimit, kResourceCount> &limits, uint64_t memory, const Run &run) {
  limits.fill({kInfinite, kInfinite});
  limits[RLIMIT_STACK] = {kStackLimit, kInfinite};
  limits[RLIMIT_CORE] = {0, kInfinite};
  limits[RLIMIT_RSS] = {memory, memory};
  limits[RLIMIT_NOFILE] = {1024, 4096};
  limits[RLIMIT_MEMLOCK] = {65536, 65536};
  limits[RLIMIT_MSGQUEUE] = {819200, 819200};
  limits[RLIMIT_NICE] = limits[RLIMIT_RTPRIO] = {0, 0};
  // The run's own limit, which ends it, must be there to be reached.
  if (run.open_file_limit >= 1024) limits[RLIMIT_NOFILE].soft = uint64_t{run.open_file_limit} + 1;
  limits[RLIMIT_NOFILE].hard = std::max(limits[RLIMIT_NOFILE].hard, limits[RLIMIT_NOFILE].soft);
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
    file->stream = i;
    process.descriptors.put(i, std::move(file), false);
  }
  return VMP_OK;
}

vmp_status open_working_directory(Process &process, const vmp_spawn &request, vmp_error *error) {
  FileSystem &files = process.run->files;
  process.working_directory = files.open_root_directory();
  const std::string path(view(request.working_directory));
  if (process.working_directory == nullptr) {
    return fail(error, VMP_ERROR_IO, "ROOT_DENIED", "the root cannot be opened: %s", std::strerror(errno));
  }
  if (path.empty() || path == "/") return VMP_OK;
  std::shared_ptr<FileDescription> directory;
  if (const int reason = files.open_directory(process, path.c_str(), directory); reason != 0) {
    return fail(error, VMP_ERROR_PLUGIN, "WORKING_DIRECTORY_NOT_FOUND", "the working directory %s: %s", path.c_str(),
                std::strerror(-reason));
  }
  process.working_directory = std::move(directory);
  return VMP_OK;
}

vmp_status check_program(const std::string &path, int program, vmp_error *error) {
  struct stat status;
  if (::fstat(program, &status) != 0) {
    return fail(error, VMP_ERROR_IO, "PROGRAM_UNREADABLE", "%s: %s", path.c_str(), std::strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) {
    return fail(error, VMP_ERROR_PLUGIN, "PROGRAM_IS_A_DIRECTORY", "%s is a folder", path.c_str());
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(error, VMP_ERROR_PLUGIN, "PROGRAM_NOT_EXECUTABLE", "%s is not a regular file", path.c_str());
  }
  return VMP_OK;
}

vmp_status open_program(Process &process, const vmp_spawn &request, OwnedDescriptor given, ProgramRequest &program,
                        vmp_error *error) {
  const std::string path(view(request.path));
  if (path.empty() || path.find('\0') != std::string::npos) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "PROGRAM_NOT_FOUND", "the program has no path");
  }
  if (!given) {
    const int host = open_executable(process, AT_FDCWD, path.c_str(), true, program.executable);
    if (host != 0) {
      const bool refused = host == -EACCES;
      return fail(error, VMP_ERROR_PLUGIN,
                  host == -EISDIR ? "PROGRAM_IS_A_DIRECTORY"
                  : refused       ? "PROGRAM_NOT_EXECUTABLE"
                                  : "PROGRAM_NOT_FOUND",
                  "%s%s: %s%s", path.c_str(), process.run->files.has_root() ? " below the root" : "",
                  std::strerror(-host), refused ? " (is it a regular file with the x permission?)" : "");
    }
  } else {
    program.executable = std::make_shared<FileDescription>();
    program.executable->host = given.release();
    if (const vmp_status status = check_program(path, program.executable->host, error); status != VMP_OK) return status;
  }
  program.path = path;
  for (uint64_t i = 0; i < request.argument_count; ++i) program.arguments.emplace_back(view(request.arguments[i]));
  for (uint64_t i = 0; i < request.environment_count; ++i)
    program.environment.emplace_back(view(request.environment[i]));
  if (const int reason = follow_scripts(process, program); reason != 0) {
    return fail(error, VMP_ERROR_PLUGIN, "PROGRAM_IS_A_SCRIPT", "%s is a script (#!), of which the interpreter: %s",
                path.c_str(), std::strerror(-reason));
  }
  return VMP_OK;
}

}  // namespace

int check_executable(int host) {
  struct stat status;
  if (::fstat(host, &status) != 0) return -errno;
  if (S_ISDIR(status.st_mode)) return -EISDIR;
  return S_ISREG(status.st_mode) && (status.st_mode & 0111) != 0 ? 0 : -EACCES;
}

int open_executable(Process &process, int directory, const char *path, bool follow,
                    std::shared_ptr<FileDescription> &executable) {
  Found found;
  const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW);
  if (const int error = process.run->files.find(process, directory, path, flags, 0, found); error != 0) return error;
  if (found.file && found.file->kind == VirtualKind::program) {
    // The program that is this process, wherever the guest finds it.
    executable = process.executable;
    return executable != nullptr ? 0 : -ENOENT;
  }
  if (found.file) return found.file->kind == VirtualKind::directory ? -EISDIR : -EACCES;
  if (const int error = check_executable(found.host.get()); error != 0) return error;
  executable = FileSystem::describe(std::move(found));
  return 0;
}

vmp_status Personality::spawn(const vmp_spawn &request, vmp_vcpu **vcpu, uint32_t *id, vmp_error *error) {
  OwnedDescriptor given(request.program);  // ours, whatever happens
  auto run = std::make_shared<Run>(request.run);
  run->process_limit = request.process_limit;
  run->open_file_limit = request.open_file_limit;
  if (request.trace >= 0) run->trace = std::make_unique<Trace>(request.trace);
  if (const vmp_status status = run->files.open(settings_, request, error); status != VMP_OK) return status;

  struct Reservation {
    ProcessTable &table;
    Run &run;
    uint32_t id;
    ~Reservation() { table.release(run, id); }  // nothing when the process was added
  } reservation{table_, *run, table_.reserve(*run)};
  if (reservation.id == 0) return fail(error, VMP_ERROR_OUT_OF_MEMORY, "TOO_MANY_PROCESSES", "no process id is free");
  auto process = std::make_shared<Process>(*this, run, reservation.id);
  process->family.group = process->family.session = reservation.id;
  process->family.user = settings_.user;
  process->credentials = {settings_.user,  settings_.user,  settings_.user,
                          settings_.group, settings_.group, settings_.group};
  set_limits(process->limits, services_.machine->memory(machine_)->size, *run);
  vmp_status status = open_working_directory(*process, request, error);
  if (status != VMP_OK) return status;
  ProgramRequest program;
  status = open_program(*process, request, std::move(given), program, error);
  if (status != VMP_OK) return status;
  status = open_streams(*process, request, error);
  if (status != VMP_OK) return status;

  ProgramImage image;
  status = load_image(*process, program, process->limits[RLIMIT_STACK].soft, image, error);
  if (status != VMP_OK) return status;
  status = services_.machine->vcpu_create(machine_, run->id, image.map->memory().space(), vcpu, error);
  if (status != VMP_OK) return status;
  process->threads.push_back(std::make_unique<Thread>(process, *vcpu, process->id));
  enter_image(*process->threads.front(), program, std::move(image));
  *id = process->id;
  table_.add_first(std::move(process));
  return VMP_OK;
}

}  // namespace vmp_linux
