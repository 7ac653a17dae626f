#include "addon/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "addon/convert.h"

namespace vmp::addon {

Napi::Value lock_file(const Napi::CallbackInfo &info) {
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  auto unusable = [&](const char *reason) {
    return make_error(info.Env(), "VMP_HOME_UNUSABLE", {{"path", path}, {"reason", reason}});
  };
  // O_NONBLOCK: what lies there may be a device that waits to be opened.
  const int file = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (file < 0) throw unusable(errno == ELOOP ? "it is a link" : std::strerror(errno));
  struct stat facts {};
  if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    close(file);
    throw unusable("it is not a regular file");
  }
  int status;
  do status = flock(file, LOCK_EX | LOCK_NB);
  while (status != 0 && errno == EINTR);
  if (status == 0) return Napi::Number::New(info.Env(), file);
  const int reason = errno;
  close(file);
  if (reason == EWOULDBLOCK) return info.Env().Undefined();
  throw unusable(std::strerror(reason));
}

}  // namespace vmp::addon
