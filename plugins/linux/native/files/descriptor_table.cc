#include "files/descriptor_table.h"

#include <algorithm>

namespace vmp_linux {

int DescriptorTable::add(std::shared_ptr<FileDescription> file, bool close_on_exec, uint64_t limit, int lowest) {
  const size_t first = static_cast<uint32_t>(lowest);
  size_t index = std::max(first, lowest_free_);
  while (index < slots_.size() && slots_[index].file != nullptr) ++index;
  if (index >= limit) return -EMFILE;
  put(static_cast<int>(index), std::move(file), close_on_exec);
  if (first <= lowest_free_) lowest_free_ = index + 1;
  return static_cast<int>(index);
}

void DescriptorTable::put(int descriptor, std::shared_ptr<FileDescription> file, bool close_on_exec) {
  const size_t index = static_cast<uint32_t>(descriptor);
  if (index >= slots_.size()) slots_.resize(index + 1);
  slots_[index] = {std::move(file), close_on_exec};
}

void DescriptorTable::release(size_t index) {
  slots_[index] = {};
  lowest_free_ = std::min(lowest_free_, index);
}

int DescriptorTable::close(int descriptor) {
  if (find(descriptor) == nullptr) return -EBADF;
  release(static_cast<uint32_t>(descriptor));
  return 0;
}

void DescriptorTable::close_all() {
  slots_.clear();
  lowest_free_ = 0;
}

void DescriptorTable::close_range(uint32_t first, uint32_t last) {
  for (size_t i = first; i < slots_.size() && i <= last; ++i) release(i);
}

void DescriptorTable::close_marked() {
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].close_on_exec) release(i);
  }
}

}  // namespace vmp_linux
