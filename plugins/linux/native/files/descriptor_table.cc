#include "files/descriptor_table.h"

#include <algorithm>

namespace vmp_linux {

int DescriptorTable::add(std::shared_ptr<FileDescription> file, bool close_on_exec, uint64_t limit, int lowest) {
  size_t index = static_cast<uint32_t>(lowest);
  while (index < slots_.size() && slots_[index].file != nullptr) ++index;
  if (index >= limit) return -EMFILE;
  put(static_cast<int>(index), std::move(file), close_on_exec);
  return static_cast<int>(index);
}

void DescriptorTable::put(int descriptor, std::shared_ptr<FileDescription> file, bool close_on_exec) {
  const size_t index = static_cast<uint32_t>(descriptor);
  if (index >= slots_.size()) slots_.resize(index + 1);
  slots_[index] = {std::move(file), close_on_exec};
}

int DescriptorTable::close(int descriptor) {
  if (find(descriptor) == nullptr) return -EBADF;
  slots_[static_cast<uint32_t>(descriptor)] = {};
  return 0;
}

void DescriptorTable::close_range(uint32_t first, uint32_t last) {
  for (size_t i = first; i < slots_.size() && i <= last; ++i) slots_[i] = {};
}

}  // namespace vmp_linux
