// What the guests of these tests share: every result is printed with its errno, so that two runs compare line by line.
#ifndef REPORT_H
#define REPORT_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPORT(call)                                                                                   \
  do {                                                                                                 \
    errno = 0;                                                                                         \
    long result_ = (long)(call);                                                                       \
    printf("%d: %s = %ld (%s)\n", __LINE__, #call, result_, result_ == -1 ? strerror(errno) : "fine"); \
  } while (0)

#endif
