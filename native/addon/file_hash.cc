#include "addon/file_hash.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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
  const int file = open(info[0].As<Napi::String>().Utf8Value().c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return env.Undefined();
  struct stat facts {};
  std::string content;
  if (fstat(file, &facts) == 0) content.resize(static_cast<size_t>(facts.st_size));
  size_t done = 0;
  for (ssize_t got = 1; got > 0 && done<content.size(); done += got> 0 ? static_cast<size_t>(got) : 0)
    got = read(file, content.data() + done, content.size() - done);
  close(file);
  if (content.empty() || done < content.size()) return env.Undefined();
  unsigned char bytes[32];
  digest(reinterpret_cast<const unsigned char *>(content.data()), content.size(), bytes);
  return Napi::String::New(env, hexadecimal(bytes, sizeof(bytes)));
}

}  // namespace vmp::addon
