// SPDX-License-Identifier: BSD-3-Clause
#include "machine.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "child.h"

namespace uidmap_test {
namespace {

constexpr sockaddr_un kLog = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};

struct Device {
  const char* path;
  unsigned number;
};

// null(4), full(4), random(4), tty(4): all that programs take for granted.
constexpr Device kDevices[] = {
    {"/dev/null", 3}, {"/dev/zero", 5}, {"/dev/full", 7}, {"/dev/random", 8}, {"/dev/urandom", 9}};

void ReplaceDev() {
  Must(mount("tmpfs", "/dev", "tmpfs", MS_NOSUID, "mode=0755") == 0, "replace /dev");
  for (const auto& [path, number] : kDevices) {
    Must(mknod(path, S_IFCHR | 0666, makedev(1, number)) == 0, "make a device");
    Must(chmod(path, 0666) == 0, "let everybody use a device");
  }
}

void ReplaceRun() { Must(mount("tmpfs", "/run", "tmpfs", MS_NOSUID, "mode=0755") == 0, "replace /run"); }

void Write(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  Must(dprintf(fd, "%s\n", text.c_str()) > 0, "write a file");
  close(fd);
}

// proc_cmdline(5).
void ReplaceKernelArguments(const std::string& arguments) {
  const std::string file = "/dev/cmdline." + std::to_string(getpid());
  Write(file, arguments);
  Must(mount(file.c_str(), "/proc/cmdline", nullptr, MS_BIND, nullptr) == 0, "replace the kernel's arguments");
}

void LeaveMounts() { Must(unshare(CLONE_NEWNS) == 0, "create a mount namespace"); }

}  // namespace

void HideLogAndAudit() {
  ReplaceDev();
  ReplaceRun();
  ReplaceKernelArguments("quiet audit_backlog_limit=8192");
}

void ShowKernelArguments(const std::string& arguments) {
  LeaveMounts();
  ReplaceKernelArguments(arguments);
}

void ShowAuditd() {
  LeaveMounts();
  ReplaceRun();
  Write("/run/auditd.pid", "1");
}

Log::Log() : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  Must(socket_ >= 0, "make a socket");
  Must(bind(socket_, reinterpret_cast<const sockaddr*>(&kLog), sizeof kLog) == 0, "be the log");
  Must(chmod(kLog.sun_path, 0666) == 0, "let everybody log");
}

Log::~Log() {
  unlink(kLog.sun_path);
  close(socket_);
}

std::vector<std::string> Log::Take() const {
  std::vector<std::string> lines;
  char line[2048];
  for (;;) {
    const ssize_t size = recv(socket_, line, sizeof line, 0);
    if (size < 0) return lines;
    lines.emplace_back(line, static_cast<std::size_t>(size));
  }
}

bool IsGrant(const std::string& line) { return line.find(" res=success") != std::string::npos; }

}  // namespace uidmap_test
