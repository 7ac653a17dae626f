// socket(2) and what belongs to it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>

#include "trace/kinds.h"

namespace vmp_linux::trace {
namespace {

constexpr Name kFamilyNames[] = {{0, "AF_UNSPEC"},   {1, "AF_UNIX"},    {2, "AF_INET"}, {10, "AF_INET6"},
                                 {16, "AF_NETLINK"}, {17, "AF_PACKET"}, {38, "AF_ALG"}, {40, "AF_VSOCK"}};
constexpr Names kFamilies = {kFamilyNames, "AF_???"};
constexpr Name kTypeNames[] = {{1, "SOCK_STREAM"},    {2, "SOCK_DGRAM"}, {3, "SOCK_RAW"},    {4, "SOCK_RDM"},
                               {5, "SOCK_SEQPACKET"}, {6, "SOCK_DCCP"},  {10, "SOCK_PACKET"}};
constexpr Names kTypes = {kTypeNames, "SOCK_???"};
constexpr Name kTypeFlagNames[] = {{02000000, "SOCK_CLOEXEC"}, {04000, "SOCK_NONBLOCK"}};
constexpr Names kTypeFlags = {kTypeFlagNames, "SOCK_???"};
constexpr uint32_t kTypeMask = 0xf;
constexpr Name kMessageNames[] = {{1, "MSG_OOB"},
                                  {2, "MSG_PEEK"},
                                  {4, "MSG_DONTROUTE"},
                                  {8, "MSG_CTRUNC"},
                                  {0x10, "MSG_PROBE"},
                                  {0x20, "MSG_TRUNC"},
                                  {0x40, "MSG_DONTWAIT"},
                                  {0x80, "MSG_EOR"},
                                  {0x100, "MSG_WAITALL"},
                                  {0x200, "MSG_FIN"},
                                  {0x400, "MSG_SYN"},
                                  {0x800, "MSG_CONFIRM"},
                                  {0x1000, "MSG_RST"},
                                  {0x2000, "MSG_ERRQUEUE"},
                                  {0x4000, "MSG_NOSIGNAL"},
                                  {0x8000, "MSG_MORE"},
                                  {0x10000, "MSG_WAITFORONE"},
                                  {0x40000, "MSG_BATCH"},
                                  {0x4000000, "MSG_ZEROCOPY"},
                                  {0x20000000, "MSG_FASTOPEN"},
                                  {0x40000000, "MSG_CMSG_CLOEXEC"}};
constexpr Names kMessageFlags = {kMessageNames, "MSG_???"};
constexpr Name kShutdownNames[] = {{0, "SHUT_RD"}, {1, "SHUT_WR"}, {2, "SHUT_RDWR"}};
constexpr Names kShutdowns = {kShutdownNames, "SHUT_???"};

void print_type(Printer &to, unsigned index, const Names *) {
  const auto type = static_cast<uint32_t>(to.arguments[index]);
  to.symbol(kTypes, type & kTypeMask);
  if ((type & ~kTypeMask) == 0) return;
  to.put("|");
  to.flags(kTypeFlags, type & ~kTypeMask);
}

template <typename Address>
Address as(const sockaddr_storage &bytes) {
  Address address;
  static_assert(sizeof address <= sizeof bytes);
  std::memcpy(&address, &bytes, sizeof address);
  return address;
}

void print_unix(Printer &to, const sockaddr_storage &bytes, size_t size) {
  const auto address = as<sockaddr_un>(bytes);
  const size_t length = std::min(size, sizeof address) - offsetof(sockaddr_un, sun_path);
  to.put("sun_path=");
  if (length > 0 && address.sun_path[0] == '\0') {
    to.put("@");
    return to.quoted({address.sun_path + 1, length - 1});
  }
  to.quoted({address.sun_path, strnlen(address.sun_path, length)});
}

void print_address(Printer &to, unsigned index, const Names *) {
  const uint64_t at = to.arguments[index];
  const auto size = std::min<uint64_t>(static_cast<uint32_t>(to.arguments[index + 1]), sizeof(sockaddr_storage));
  sockaddr_storage bytes{};
  if (size < sizeof bytes.ss_family) return to.address(at);
  if (!to.fetch_bytes(at, &bytes, size)) return;
  to.put("{sa_family=");
  to.symbol(kFamilies, bytes.ss_family);
  to.put(", ");
  char text[INET6_ADDRSTRLEN] = "";
  if (bytes.ss_family == AF_UNIX) {
    print_unix(to, bytes, size);
  } else if (bytes.ss_family == AF_INET && size >= sizeof(sockaddr_in)) {
    const auto address = as<sockaddr_in>(bytes);
    inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
    to.format("sin_port=htons(%u), sin_addr=inet_addr(\"%s\")", ntohs(address.sin_port), text);
  } else if (bytes.ss_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    const auto address = as<sockaddr_in6>(bytes);
    inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text);
    to.format("sin6_port=htons(%u), sin6_flowinfo=htonl(%u), inet_pton(AF_INET6, \"%s\", &sin6_addr), sin6_scope_id=%u",
              ntohs(address.sin6_port), ntohl(address.sin6_flowinfo), text, address.sin6_scope_id);
  } else {
    to.put("sa_data=");
    to.quoted({reinterpret_cast<const char *>(&bytes) + sizeof bytes.ss_family, size - sizeof bytes.ss_family});
  }
  to.put("}");
}

}  // namespace

namespace kinds {

const Kind family = {print_symbol, &kFamilies};
const Kind socket_type = {print_type};
const Kind message_flags = {print_flags, &kMessageFlags};
const Kind socket_address = {print_address};
const Kind shutdown_how = {print_symbol, &kShutdowns};

}  // namespace kinds
}  // namespace vmp_linux::trace
