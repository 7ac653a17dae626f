// A standard stream of a run: what the host gives for it to the machine that is restored.
#include "snapshot/file_keeper.h"
#include "snapshot/file_restorer.h"

namespace vmp_linux {
namespace {

class KeptStream final : public KeptContents {
 public:
  int open(FileRestorer &restorer, const KeptFile &kept, FileDescription &file) const override {
    const vmp_restored_streams *streams = restorer.streams(kept.run);
    if (streams == nullptr) return -EBADF;
    const int hosts[] = {streams->standard_input, streams->standard_output, streams->standard_error};
    const int number = *kept.attributes.stream;
    int error = 0;
    const auto borrowed = borrow_stream(hosts[number], &error);
    if (borrowed == nullptr) return -error;
    // It may be of another kind than the one before: nothing of that but what the guest has set itself.
    static_cast<FileAttributes &>(file) = *borrowed;
    file.stream = number;
    file.flags = borrowed->flags | (kept.flags & O_NONBLOCK);
    file.host = std::exchange(borrowed->host, -1);
    return 0;
  }
};

}  // namespace

std::unique_ptr<const KeptContents> keep_stream(const FileDescription &) { return std::make_unique<KeptStream>(); }

}  // namespace vmp_linux
