#include "addon/file_hash.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace vmp::addon {
namespace {

// SHA256 of openssl/sha.h; exported by Node for addons.
using Digest = unsigned char *(*)(const unsigned char *data, size_t size, unsigned char *digest);

std::string hexadecimal(const unsigned char *bytes, size_t size) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (size_t at = 0; at < size; ++at) {
    text += digits[bytes[at] >> 4];
    text += digits[bytes[at] & 15];
  }
  return text;
}

}  // namespace

Napi::Value file_hash(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  static const auto digest = reinterpret_cast<Digest>(dlsym(RTLD_DEFAULT, "SHA256"));
  if (digest == nullptr) return env.Undefined();
  int file = open(info[0].As<Napi::String>().Utf8Value().c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Napi::Number::New(env, -errno);
  struct stat facts {};
  std::string content;
  int failure = fstat(file, &facts) == 0 ? 0 : errno;
  if (failure == 0) content.resize(static_cast<size_t>(facts.st_size));
  for (size_t done = 0; failure == 0 && done < content.size();) {
    ssize_t got = read(file, content.data() + done, content.size() - done);
    if (got < 0 && errno != EINTR) failure = errno;
    if (got == 0) failure = EIO;  // it has become shorter meanwhile
    if (got > 0) done += static_cast<size_t>(got);
  }
  close(file);
  if (failure != 0) return Napi::Number::New(env, -failure);
  unsigned char bytes[32];
  digest(reinterpret_cast<const unsigned char *>(content.data()), content.size(), bytes);
  return Napi::String::New(env, hexadecimal(bytes, sizeof(bytes)));
}

}  // namespace vmp::addon
