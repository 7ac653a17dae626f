#include "trace/terminal.h"

#include <termios.h>

namespace vmp_linux::trace {
namespace {

#define NAME(constant) \
  { static_cast<uint64_t>(constant), #constant }

// include/uapi/asm-generic/termbits.h
struct GuestTermios {
  uint32_t input, output, control, local;
  uint8_t line;
  uint8_t characters[19];
};

constexpr Name kInputNames[] = {NAME(IGNBRK), NAME(BRKINT), NAME(IGNPAR), NAME(PARMRK),  NAME(INPCK),
                                NAME(ISTRIP), NAME(INLCR),  NAME(IGNCR),  NAME(ICRNL),   NAME(IUCLC),
                                NAME(IXON),   NAME(IXANY),  NAME(IXOFF),  NAME(IMAXBEL), NAME(IUTF8)};
constexpr Name kOutputNames[] = {NAME(OPOST), NAME(OLCUC),  NAME(ONLCR), NAME(OCRNL),
                                 NAME(ONOCR), NAME(ONLRET), NAME(OFILL), NAME(OFDEL)};
constexpr Name kControlNames[] = {NAME(CSTOPB),
                                  NAME(CREAD),
                                  NAME(PARENB),
                                  NAME(PARODD),
                                  NAME(HUPCL),
                                  NAME(CLOCAL),
                                  {010000000000, "CMSPAR"},
                                  {020000000000, "CRTSCTS"}};
constexpr Name kLocalNames[] = {NAME(ISIG),   NAME(ICANON), NAME(XCASE),  NAME(ECHO),    NAME(ECHOE),   NAME(ECHOK),
                                NAME(ECHONL), NAME(NOFLSH), NAME(IEXTEN), NAME(ECHOCTL), NAME(ECHOPRT), NAME(ECHOKE),
                                NAME(FLUSHO), NAME(PENDIN), NAME(TOSTOP), NAME(EXTPROC)};
constexpr Name kSpeedNames[] = {
    NAME(B0),       NAME(B50),      NAME(B75),      NAME(B110),        NAME(B134),     NAME(B150),     NAME(B200),
    NAME(B300),     NAME(B600),     NAME(B1200),    NAME(B1800),       NAME(B2400),    NAME(B4800),    NAME(B9600),
    NAME(B19200),   NAME(B38400),   NAME(B57600),   NAME(B115200),     NAME(B230400),  NAME(B460800),  NAME(B500000),
    NAME(B576000),  NAME(B921600),  NAME(B1000000), NAME(B1152000),    NAME(B1500000), NAME(B2000000), NAME(B2500000),
    NAME(B3000000), NAME(B3500000), NAME(B4000000), {010000, "BOTHER"}};
constexpr Names kSpeeds = {kSpeedNames, "B???"};
constexpr uint32_t kSpeedMask = 010017;
constexpr const char *kSizes[] = {"CS5", "CS6", "CS7", "CS8"};
constexpr Name kFlushNames[] = {NAME(TCIFLUSH), NAME(TCOFLUSH), NAME(TCIOFLUSH)};

void print_output(Printer &to, uint32_t flags) {
  to.format("NL%u|CR%u|TAB%u|BS%u|VT%u|FF%u|", (flags >> 8) & 1, (flags >> 9) & 3, (flags >> 11) & 3, (flags >> 13) & 1,
            (flags >> 14) & 1, (flags >> 15) & 1);
  to.flags({kOutputNames, ""}, flags & ~0177400u);
}

void print_control(Printer &to, uint32_t flags) {
  to.symbol(kSpeeds, flags & kSpeedMask);
  to.put("|");
  to.put(kSizes[(flags & CSIZE) >> 4]);
  to.put("|");
  to.flags({kControlNames, ""}, flags & ~(kSpeedMask | CSIZE));
}

}  // namespace

void print_terminal(Printer &to, uint64_t at) {
  GuestTermios terminal;
  if (!to.fetch(at, terminal)) return;
  to.put("{c_iflag=");
  to.flags({kInputNames, ""}, terminal.input);
  to.put(", c_oflag=");
  print_output(to, terminal.output);
  to.put(", c_cflag=");
  print_control(to, terminal.control);
  to.put(", c_lflag=");
  to.flags({kLocalNames, ""}, terminal.local);
  to.put(", ...}");
}

void print_window_size(Printer &to, uint64_t at) {
  uint16_t size[4];
  if (!to.fetch(at, size)) return;
  to.format("{ws_row=%u, ws_col=%u, ws_xpixel=%u, ws_ypixel=%u}", size[0], size[1], size[2], size[3]);
}

void print_flush(Printer &to, uint64_t queue) { to.symbol({kFlushNames, "TC???"}, queue); }

}  // namespace vmp_linux::trace
