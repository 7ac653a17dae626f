#include "files/file_description.h"

#include "files/epoll.h"

namespace vmp_linux {

FileDescription::~FileDescription() {
  if (is_watched) Epoll::forget(*this);
  special.reset();  // it may use the host's descriptor until then
  if (host >= 0) ::close(host);
}

}  // namespace vmp_linux
