#include <elf.h>
#include <sys/random.h>

#include <cstring>

#include "loader.h"
#include "personality.h"

namespace vmp_linux {
namespace {

constexpr uint64_t kClockTicks = 100;  // USER_HZ

// Lays strings out from the bottom of a block that ends at the top of the stack.
class Strings {
 public:
  // The offset in the block.
  uint64_t add(std::string_view text) {
    const uint64_t offset = bytes_.size();
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    bytes_.push_back('\0');
    return offset;
  }
  uint64_t size() const { return bytes_.size(); }
  const char *data() const { return bytes_.data(); }

 private:
  std::vector<char> bytes_;
};

bool add_all(Strings &strings, const std::vector<std::string> &texts, std::vector<uint64_t> &offsets) {
  for (const std::string &text : texts) {
    if (text.find('\0') != std::string::npos) return false;
    offsets.push_back(strings.add(text));
  }
  return true;
}

}  // namespace

vmp_status build_stack(const Process &process, const ProgramRequest &request, const LoadedProgram &program,
                       ProgramImage &image, vmp_error *error) {
  Strings strings;
  std::vector<uint64_t> arguments, environment;
  if (!add_all(strings, request.arguments, arguments)) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "ARGUMENT_INVALID", "an argument holds a zero byte");
  }
  const uint64_t environment_offset = strings.size();
  if (!add_all(strings, request.environment, environment)) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "ARGUMENT_INVALID", "an environment string holds a zero byte");
  }
  const uint64_t strings_end = strings.size();
  char random[16];
  if (::getrandom(random, sizeof random, 0) != sizeof random) {
    return fail(error, VMP_ERROR_IO, "RANDOM_UNAVAILABLE", "the host gives no random bytes");
  }
  const uint64_t path = strings.add(request.path);
  const uint64_t random_offset = strings.add(std::string_view(random, sizeof random));
  const char *platform = process.personality.architecture().platform;
  const uint64_t platform_offset = platform != nullptr ? strings.add(platform) : 0;

  const uint64_t block = (image.map->stack_top() - strings.size()) & ~uint64_t{15};
  const auto address = [block](uint64_t offset) { return block + offset; };
  std::vector<uint64_t> words;
  words.push_back(arguments.size());
  for (const uint64_t offset : arguments) words.push_back(address(offset));
  words.push_back(0);
  for (const uint64_t offset : environment) words.push_back(address(offset));
  words.push_back(0);
  const Credentials &who = process.credentials;
  const auto pair = [&words](uint64_t type, uint64_t value) { words.insert(words.end(), {type, value}); };
  pair(AT_PHDR, program.program_headers);
  pair(AT_PHENT, kElfProgramHeaderSize);
  pair(AT_PHNUM, program.program_headers == 0 ? 0 : program.program_header_count);
  pair(AT_PAGESZ, kPage);
  pair(AT_BASE, 0);
  pair(AT_FLAGS, 0);
  pair(AT_ENTRY, program.entry);
  pair(AT_UID, who.user);
  pair(AT_EUID, who.effective_user);
  pair(AT_GID, who.group);
  pair(AT_EGID, who.effective_group);
  pair(AT_SECURE, 0);
  if (const uint64_t vdso = process.personality.services().machine->vdso(process.personality.machine()); vdso != 0)
    pair(AT_SYSINFO_EHDR, vdso);
  pair(AT_HWCAP, process.personality.hwcap());
  pair(AT_HWCAP2, process.personality.hwcap2());
  pair(AT_CLKTCK, kClockTicks);
  pair(AT_RANDOM, address(random_offset));
  pair(AT_EXECFN, address(path));
  if (platform != nullptr) pair(AT_PLATFORM, address(platform_offset));
  pair(AT_NULL, 0);

  const uint64_t size = words.size() * sizeof words[0];
  const uint64_t all = strings.size() + size;
  const uint64_t most = (image.map->stack_top() - image.map->stack_bottom()) / 4;  // as Linux
  if (all > most) {
    return fail(error, VMP_ERROR_INVALID_ARGUMENT, "ARGUMENTS_TOO_LARGE",
                "arguments and environment take %llu bytes; they may take %llu (a quarter of the stack)",
                static_cast<unsigned long long>(all), static_cast<unsigned long long>(most));
  }
  image.stack_pointer = (block - size) & ~uint64_t{15};
  const GuestMemory &memory = image.map->memory();
  if (!memory.write(GuestPointer(block), strings.data(), strings.size()) ||
      !memory.write(GuestPointer(image.stack_pointer), words.data(), size)) {
    return fail(error, VMP_ERROR_INTERNAL, "STACK_UNWRITABLE", "the first stack cannot be written");
  }
  image.arguments_start = block;
  image.arguments_end = image.environment_start = address(environment_offset);
  image.environment_end = address(strings_end);
  return VMP_OK;
}

}  // namespace vmp_linux
