// SPDX-License-Identifier: BSD-3-Clause
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report_descriptor.h"

namespace uidmap_test {
namespace {

std::string ReadToEnd(int fd) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t size = read(fd, buffer, sizeof buffer);
    Must(size >= 0, "read the report of a child");
    if (size == 0) return text;
    text.append(buffer, static_cast<std::size_t>(size));
  }
}

}  // namespace

void Must(bool done, const char* what) {
  if (done) return;
  dprintf(STDERR_FILENO, "cannot %s: %s\n", what, strerror(errno));
  _exit(kUnprepared);
}

std::string Describe(int wait_status) {
  return WIFSIGNALED(wait_status) ? "signal " + std::to_string(WTERMSIG(wait_status))
                                  : "exit status " + std::to_string(WEXITSTATUS(wait_status));
}

Ended RunChild(const std::function<void()>& body) {
  int ends[2];
  Must(pipe2(ends, O_CLOEXEC) == 0, "make a pipe");
  fflush(nullptr);  // text that waits in a buffer would be printed by both processes
  const pid_t child = fork();
  Must(child >= 0, "fork");
  if (child == 0) {
    Must(dup2(ends[1], kReportDescriptor) == kReportDescriptor, "place the report descriptor");
    body();
    _exit(0);
  }
  close(ends[1]);
  Ended ended;
  ended.report = ReadToEnd(ends[0]);
  close(ends[0]);
  int status = 0;
  Must(waitpid(child, &status, 0) == child, "wait for a child");
  ended.how = Describe(status);
  return ended;
}

}  // namespace uidmap_test
