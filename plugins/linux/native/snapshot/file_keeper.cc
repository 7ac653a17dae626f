#include "snapshot/file_keeper.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstring>

#include "files/descriptor_information.h"
#include "files/epoll.h"
#include "files/memory_file.h"
#include "services.h"
#include "snapshot/kept_epoll.h"

namespace vmp_linux {
namespace {

constexpr unsigned kMemoryDevices = 1;  // the major number of /dev/null, zero, full, random

vmp_status say(const KeepingProblem &problem, const KeptFile &file, vmp_error *error) {
  if (problem.kind != nullptr) {
    return fail(error, VMP_ERROR_UNSUPPORTED, "SNAPSHOT_UNSUPPORTED", "process %u, descriptor %d: %s cannot be copied",
                file.process, file.descriptor, problem.kind);
  }
  return fail(error, VMP_ERROR_OUT_OF_MEMORY, "SNAPSHOT_FAILED", "process %u, descriptor %d: %s", file.process,
              file.descriptor, std::strerror(problem.error));
}

// What has no name in any file system but that of its kind.
std::unique_ptr<const KeptContents> keep_nameless(const FileDescription &file, KeepingProblem &problem) {
  const std::string name = descriptor_name(file.host);
  if (name == "anon_inode:[eventfd]") return keep_event_file(file, problem);
  if (name == "anon_inode:[timerfd]") return keep_timer_file(file, problem);
  // What happened meanwhile to the files that it watches, and which those are, nobody tells.
  return problem.refuse(name == "anon_inode:inotify" ? "an inotify instance" : "a file of no known kind");
}

}  // namespace

std::unique_ptr<const KeptContents> FileKeeper::contents_of(const FileDescription &file, size_t run,
                                                            KeepingProblem &problem) {
  if (file.stream) return keep_stream(file);
  if (file.special_as<Epoll>() != nullptr) return keep_epoll(file);
  if (file.special_as<SignalFile>() != nullptr) return keep_signal_file(file);
  if (file.special_as<MemoryFile>() != nullptr) return keep_memory_file(file, run, *this, problem);
  struct stat status;
  if (::fstat(file.host, &status) != 0) return problem.fail(errno);
  switch (status.st_mode & S_IFMT) {
    case S_IFREG:
    case S_IFDIR:
      return keep_host_file(file, problem);
    case S_IFCHR:
      if (file.is_path() || major(status.st_rdev) == kMemoryDevices) return keep_host_file(file, problem);
      return problem.refuse("a device of the host");
    case S_IFIFO:
      if (file.is_path()) return keep_host_file(file, problem);
      // Who has the other end of a named one is not known.
      return file.mount == nullptr ? keep_pipe(file, *this, problem) : problem.refuse("an open FIFO of the host");
    case 0:
      return keep_nameless(file, problem);
    default:
      return file.is_path() ? keep_host_file(file, problem) : problem.refuse("a socket or device of the host");
  }
}

std::unique_ptr<const KeptContents> FileKeeper::keep_epoll(const FileDescription &file) {
  auto kept = std::make_unique<KeptEpoll>();
  epolls_.emplace_back(kept.get(), &file);
  return kept;
}

vmp_status FileKeeper::keep(const Process &process, size_t run, int descriptor, size_t &index, vmp_error *error) {
  const FileDescription &file = *process.descriptors.find(descriptor);
  const auto [entry, is_new] = files_.emplace(&file, state_.files.size());
  index = entry->second;
  if (!is_new) return VMP_OK;
  KeptFile &kept = state_.files.emplace_back();
  kept.attributes = file;
  kept.flags = file.flags;
  kept.position = file.position;
  kept.owner = file.owner;
  kept.owner_signal = file.owner_signal;
  kept.run = run;
  kept.process = process.id;
  kept.descriptor = descriptor;
  if (file.special != nullptr) special_files_.emplace(file.special.get(), index);
  if (file.host < 0) return VMP_OK;
  KeepingProblem problem;
  kept.contents = contents_of(file, run, problem);
  return kept.contents != nullptr ? VMP_OK : say(problem, kept, error);
}

vmp_status FileKeeper::keep_interests(vmp_error *error) {
  for (const auto &[kept, file] : epolls_) {
    std::vector<Epoll::Interest> interests;
    KeepingProblem problem;
    problem.error = -file->special_as<Epoll>()->list(interests);
    for (const Epoll::Interest &interest : interests) {
      const auto watched = find(interest.file);
      if (!watched) problem.kind = "an epoll instance that watches what nobody has open";
      if (watched) kept->add(*watched, {nullptr, interest.descriptor, interest.event, interest.is_spent});
    }
    if (problem.error != 0 || problem.kind != nullptr) return say(problem, state_.files[*find(file)], error);
  }
  return VMP_OK;
}

KeptReference FileKeeper::reference(const std::shared_ptr<FileDescription> &file) const {
  const auto found = find(file.get());
  return found ? KeptReference{nullptr, found} : KeptReference{file, std::nullopt};
}

std::optional<size_t> FileKeeper::find(const FileDescription *file) const {
  const auto found = files_.find(file);
  return found == files_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<size_t> FileKeeper::find(const SpecialFile *special) const {
  const auto found = special_files_.find(special);
  return found == special_files_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace vmp_linux
