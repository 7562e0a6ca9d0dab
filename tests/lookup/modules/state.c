// SPDX-License-Identifier: BSD-3-Clause
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acts.h"

static void RecordStatus(const char* module) {
  char line[1024];
  FILE* const status = fopen("/proc/self/status", "re");
  while (fgets(line, sizeof line, status) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    Note(module, "%s", line);
  }
  fclose(status);
}

static void RecordDescriptors(const char* module) {
  DIR* const directory = opendir("/proc/self/fd");
  for (const struct dirent* entry; (entry = readdir(directory)) != NULL;) {
    char path[64];
    char target[256] = "";
    const int fd = atoi(entry->d_name);
    if (entry->d_name[0] == '.' || fd == dirfd(directory)) continue;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (readlink(path, target, sizeof target - 1) < 0) abort();
    target[strcspn(target, "[")] = '\0';  // of a socket the number, which is another one each time
    int type = 0;
    socklen_t size = sizeof type;
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
    Note(module, "Fd:\t%d %s mode %d cloexec %d type %d", fd, target, fcntl(fd, F_GETFL) & O_ACCMODE,
         fcntl(fd, F_GETFD) & FD_CLOEXEC, type);
  }
  closedir(directory);
}

static void RecordLimits(const char* module) {
  for (int which = 0; which < RLIM_NLIMITS; ++which) {
    struct rlimit limit;
    if (getrlimit(which, &limit) != 0) continue;
    Note(module, "Limit%d:\t%ld %ld", which, (long)limit.rlim_cur, (long)limit.rlim_max);
  }
}

void RecordState(const char* module) {
  char cwd[4096];
  int death_signal = -1;
  RecordStatus(module);
  RecordDescriptors(module);
  RecordLimits(module);
  prctl(PR_GET_PDEATHSIG, &death_signal);
  Note(module, "Cwd:\t%s", getcwd(cwd, sizeof cwd) != NULL ? cwd : "?");
  Note(module, "DeathSignal:\t%d", death_signal);
  Note(module, "Dumpable:\t%d", prctl(PR_GET_DUMPABLE));
  Note(module, "Securebits:\t%d", prctl(PR_GET_SECUREBITS));
  Note(module, "SecureMode:\t%d", secure_getenv("ANY") == NULL);
  for (char** variable = environ; variable != NULL && *variable != NULL; ++variable) {
    Note(module, "Environment:\t%s", *variable);
  }
}
