/* files PATH...: prints what each file holds, or its error.
 * files --escape PATH: tries every way out of a root to PATH (absolute, on the host) and says how each ended. Exit code
 * 1 when one of them led to a file. */
#include "guest.h"

static char buffer[4096];
static char path[8192];

static long open_at(long folder, const char *name) {
  return system_call(SYSTEM_OPENAT, folder, (long)name, O_RDONLY, 0, 0, 0);
}

static void close_file(long descriptor) { system_call(SYSTEM_CLOSE, descriptor, 0, 0, 0, 0, 0); }

static int print_file(const char *name) {
  long descriptor = open_at(AT_FDCWD, name);
  long size = descriptor;
  while (size >= 0 && (size = system_call(SYSTEM_READ, descriptor, (long)buffer, sizeof buffer, 0, 0, 0)) > 0)
    print_bytes(buffer, (size_t)size);
  if (descriptor >= 0) close_file(descriptor);
  if (size == 0) return 0;
  print(name);
  print(": errno ");
  print_unsigned((uint64_t)-size);
  print("\n");
  return 1;
}

/* head, then "../" or "/.." forty times, then target. */
static const char *join(const char *head, const char *dots, const char *target) {
  size_t used = text_length(head);
  memcpy(path, head, used);
  for (unsigned index = 0; index < (dots[0] != 0 ? 40 : 0); index++, used += 3) memcpy(path + used, dots, 3);
  memcpy(path + used, target, text_length(target) + 1);
  return path;
}

static int report(const char *way, long descriptor) {
  long size = descriptor < 0 ? descriptor : system_call(SYSTEM_READ, descriptor, (long)buffer, 32, 0, 0, 0);
  print(way);
  print(size < 0 ? ": errno " : ": read ");
  print_unsigned((uint64_t)(size < 0 ? -size : size));
  print("\n");
  if (descriptor >= 0) close_file(descriptor);
  return size > 0;
}

/* Makes a link of this name to the target, if the system lets it, and opens it. */
static int through_link(const char *way, const char *name, const char *target, long number) {
  if (number == SYSTEM_SYMLINKAT) {
    system_call(SYSTEM_SYMLINKAT, (long)target, AT_FDCWD, (long)name, 0, 0, 0);
  } else {
    system_call(SYSTEM_LINKAT, AT_FDCWD, (long)target, AT_FDCWD, (long)name, 0, 0);
  }
  return report(way, open_at(AT_FDCWD, name));
}

static int try_escapes(const char *target) {
  int escaped = 0;
  long top = open_at(AT_FDCWD, "/");
  escaped |= report("absolute", open_at(AT_FDCWD, target));
  escaped |= report("dots", open_at(AT_FDCWD, join("", "../", target + 1)));
  escaped |= report("absolute dots", open_at(AT_FDCWD, join("", "/..", target)));
  escaped |= report("dots from a descriptor of /", open_at(top, join("", "../", target + 1)));
  escaped |= report("dots from standard input", open_at(0, join("", "../", target + 1)));
  escaped |= report("/proc/self/root", open_at(AT_FDCWD, join("/proc/self/root", "", target)));
  escaped |= report("/proc/1/root", open_at(AT_FDCWD, join("/proc/1/root", "", target)));
  escaped |= report("/proc/self/cwd", open_at(AT_FDCWD, join("/proc/self/cwd", "/..", target)));
  escaped |= report("/proc/self/fd", open_at(AT_FDCWD, join("/proc/self/fd/0", "/..", target)));
  escaped |= through_link("symbolic link", "escape-link", target, SYSTEM_SYMLINKAT);
  escaped |= through_link("symbolic link with dots", "escape-dots", join("", "../", target + 1), SYSTEM_SYMLINKAT);
  escaped |= through_link("hard link", "escape-hard", target, SYSTEM_LINKAT);
  escaped |= through_link("hard link with dots", "escape-hard-dots", join("", "../", target + 1), SYSTEM_LINKAT);
  system_call(SYSTEM_CHROOT, (long)".", 0, 0, 0, 0, 0);
  system_call(SYSTEM_FCHDIR, top, 0, 0, 0, 0, 0);
  for (int index = 0; index < 40; index++) system_call(SYSTEM_CHDIR, (long)"..", 0, 0, 0, 0, 0);
  escaped |= report("chdir dots", open_at(AT_FDCWD, target + 1));
  return escaped;
}

static int guest_main(int argument_count, char **arguments, char **environment) {
  (void)environment;
  if (argument_count == 3 && text_equal(arguments[1], "--escape") && text_length(arguments[2]) < 4096)
    return try_escapes(arguments[2]);
  if (argument_count < 2) end_with_usage("usage: files PATH... | files --escape PATH\n");
  int failed = 0;
  for (int index = 1; index < argument_count; index++) failed |= print_file(arguments[index]);
  return failed;
}
