// SPDX-License-Identifier: BSD-3-Clause
// race TRIES PROGRAM ARGUMENT...: runs the program over and over, and all the time takes descriptors away from it and
// from what it starts, with prlimit(2), whenever the kernel lets the same user do so. Prints how many runs were
// successful, how many a signal ended, and how many were hit in the process that they start.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kGuesses = 3, kLimits = 12, kEveryNth = 8, kLongestDelay = 2000 };

static long Microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static pid_t Start(char** command) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  const int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  execv(command[0], command);
  _exit(127);
}

static bool Limit(pid_t pid, rlim_t soft, rlim_t hard) {
  const struct rlimit limit = {soft, hard};
  return prlimit(pid, RLIMIT_NOFILE, &limit, NULL) == 0;
}

// Takes all away and gives it back: what fails in between is a file that a module cannot open, and what is needed to
// make that an answer works again.
static bool Flicker(pid_t pid, rlim_t soft, rlim_t hard) {
  return Limit(pid, soft, hard) && Limit(pid, hard, hard);
}

// Half of the tries begin at once and take the descriptors away for good, to get at what becomes the other program; the
// others begin at any moment of the run, to get at that program after it has loaded its modules. In some, the first
// program has few descriptors.
static int Attack(pid_t program, int attempt, bool* hit) {
  const rlim_t soft = (rlim_t)(attempt % kLimits);
  const bool early = attempt / kLimits % 2 == 0;
  const long begin = Microseconds() + (early ? 0 : rand() % kLongestDelay);
  struct rlimit own;
  int status = 0;
  getrlimit(RLIMIT_NOFILE, &own);
  if (attempt % kEveryNth == 0) Limit(program, 3 + soft, 3 + soft);
  while (waitpid(program, &status, WNOHANG) == 0) {
    if (Microseconds() < begin) continue;
    for (pid_t guess = 1; guess <= kGuesses; ++guess) {
      *hit |= early ? Limit(program + guess, soft, soft) : Flicker(program + guess, soft % 5, own.rlim_max);
    }
  }
  return status;
}

int main(int argc, char** argv) {
  const int tries = argc > 2 ? atoi(argv[1]) : 0;
  int successes = 0;
  int signals = 0;
  int hits = 0;
  for (int attempt = 0; attempt < tries; ++attempt) {
    bool hit = false;
    const int status = Attack(Start(argv + 2), attempt, &hit);
    successes += status == 0;
    signals += WIFSIGNALED(status) != 0;
    hits += hit;
  }
  printf("%d %d %d\n", successes, signals, hits);
}
