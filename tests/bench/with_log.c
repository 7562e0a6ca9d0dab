// SPDX-License-Identifier: BSD-3-Clause
// with_log COUNT PROGRAM [argument]...: runs PROGRAM while somebody reads the system log, which is this process.
// Writes the number of lines that it has got to the file COUNT. Ends with the status of PROGRAM.
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_log(void) {
  const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
  const int log = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (log < 0 || bind(log, (const struct sockaddr*)&address, sizeof address) != 0) err(1, "/dev/log");
  if (chmod(address.sun_path, 0666) != 0) err(1, "chmod /dev/log");
  return log;
}

static long drain(int log) {
  char line[8192];
  long lines = 0;
  while (recv(log, line, sizeof line, 0) >= 0) ++lines;
  return lines;
}

int main(int argc, char** argv) {
  if (argc < 3) errx(2, "usage: with_log COUNT PROGRAM [argument]...");
  const int log = open_log();
  const pid_t program = fork();
  if (program < 0) err(1, "fork");
  if (program == 0) {
    execvp(argv[2], argv + 2);
    err(127, "%s", argv[2]);
  }
  long lines = 0;
  struct pollfd events[] = {{.fd = log, .events = POLLIN}, {.events = POLLIN}};
  events[1].fd = (int)syscall(SYS_pidfd_open, program, 0);
  while (poll(events, 2, -1) > 0 && events[1].revents == 0) lines += drain(log);
  lines += drain(log);

  int status = 0;
  FILE* const count = fopen(argv[1], "we");
  if (count == NULL || fprintf(count, "%ld\n", lines) < 0 || fclose(count) != 0) err(1, "%s", argv[1]);
  if (waitpid(program, &status, 0) != program) err(1, "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
