// SPDX-License-Identifier: BSD-3-Clause
#define _GNU_SOURCE
#include "acts.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kManyDescriptors = 64 };

const char* Ordered(const char* module, int number) {
  static char text[8192];
  snprintf(text, sizeof text, ORDERS "%s", module);
  const int fd = open(text, O_RDONLY | O_CLOEXEC);
  const ssize_t size = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
  close(fd);
  text[size < 0 ? 0 : size] = '\0';
  char* line = text;
  for (; line != NULL && number > 0; --number) {
    line = strchr(line, '\n');
    if (line != NULL) ++line;
  }
  if (line == NULL) return "";
  line[strcspn(line, "\n")] = '\0';
  return line;
}

long OrderedNumber(const char* module, int number) { return strtol(Ordered(module, number), NULL, 10); }

void Note(const char* module, const char* format, ...) {
  char text[4096];
  snprintf(text, sizeof text, RECORD "%s", module);
  const int fd = open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text - 1, format, arguments);
  va_end(arguments);
  strcat(text, "\n");
  if (write(fd, text, strlen(text)) < 0) abort();
  close(fd);
}

// Tells the test, which waits at the other end of a FIFO, that this process has come so far.
static void Mark(void) {
  const int fd = open(RECORD "mark", O_WRONLY | O_CLOEXEC);
  dprintf(fd, "%d\n", getpid());
  close(fd);
}

static void Hang(void) {
  Mark();
  while (1) pause();
}

// Keeps the socket open. The alarm ends it if the test cannot.
static void LeaveGrandchild(void) {
  if (fork() != 0) return;
  alarm(60);
  Hang();
}

static void CloseAll(void) {
  for (int fd = 0; fd < kManyDescriptors; ++fd) close(fd);
}

static void WriteToAll(const void* bytes, size_t size) {
  for (int fd = 0; fd < kManyDescriptors; ++fd) {
    if (write(fd, bytes, size) < 0) continue;
  }
}

static void WriteGarbage(void) {
  char garbage[4096];
  memset(garbage, 0xa5, sizeof garbage);
  WriteToAll(garbage, sizeof garbage);
}

// As in src/core/lookup_protocol.h: "yes" to a question that was not asked.
static void Forge(void) {
  struct {
    uint32_t question, outcome, detail, uid, gid;
    char name[256], text[120];
    uint8_t granted[340];
    uint32_t listed_count;
    struct {
      uint32_t first, last;
    } listed[340];
  } answer = {.question = (uint32_t)OrderedNumber("forge", 0), .outcome = 1, .uid = getuid(), .gid = getgid()};
  strcpy(answer.name, "bob");
  answer.granted[0] = 1;
  answer.listed_count = 1;
  WriteToAll(&answer, sizeof answer);
}

static void TryToBecomeRoot(const char* module) {
  gid_t none = 0;
  Note(module, "setuid %d setgid %d setresuid %d setresgid %d setgroups %d", setuid(0), setgid(0), setresuid(0, 0, 0),
       setresgid(0, 0, 0), setgroups(1, &none));
  Note(module, "shadow %d passwd %d", open("/etc/shadow", O_RDONLY), open("/etc/passwd", O_RDWR));
}

// What a program that a module starts finds open.
static void StartProgram(const char* module) {
  char path[256];
  snprintf(path, sizeof path, RECORD "%s", module);
  const pid_t child = fork();
  if (child == 0) {
    dup2(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666), 1);
    execl("/bin/ls", "ls", "-1", "/proc/self/fd", NULL);
    _exit(1);
  }
  waitpid(child, NULL, 0);
}

static void Print(void) {
  printf("said on stdout\n");
  fprintf(stderr, "said on stderr\n");
  fflush(stdout);
}

void Act(const char* module) {
  char act[32];
  snprintf(act, sizeof act, "%s", Ordered(module, 0));
  if (strcmp(act, "abort") == 0) abort();
  if (strcmp(act, "exit") == 0) exit(0);
  if (strcmp(act, "segfault") == 0) *(volatile int*)16 = 0;
  if (strcmp(act, "kill") == 0) raise(SIGKILL);
  if (strcmp(act, "stop") == 0) Mark(), raise(SIGSTOP);
  if (strcmp(act, "hang") == 0) Hang();
  if (strcmp(act, "hold") == 0) LeaveGrandchild(), _exit(0);
  if (strcmp(act, "grandchild") == 0) LeaveGrandchild();
  if (strcmp(act, "close") == 0) CloseAll();
  if (strcmp(act, "garbage") == 0) WriteGarbage();
  if (strcmp(act, "forge") == 0) Forge();
  if (strcmp(act, "root") == 0) TryToBecomeRoot(module);
  if (strcmp(act, "start") == 0) StartProgram(module);
  if (strcmp(act, "print") == 0) Print();
  if (strcmp(act, "record") == 0) RecordState(module);
}
