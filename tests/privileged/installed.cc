// SPDX-License-Identifier: BSD-3-Clause
#include "installed.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/capability.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "machine.h"

namespace uidmap_test {
namespace {

// What is mounted here hides nothing that a test or a build directory needs, and the directory always exists.
const std::string kScratch = "/sys";
const std::string kNosuidScratch = "/sys/nosuid";

// The callers of the pair under test have their ranges here and no names. Files of the machine have no say.
void ReplaceEtc() {
  const std::string etc = kScratch + "/etc";
  Must(mkdir(etc.c_str(), 0755) == 0, "make a directory");
  for (const char* file : {"/subuid", "/subgid"}) {
    const int fd = open((etc + file).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    Must(dprintf(fd, "%u:100000:65536\n", kCaller) > 0, "grant a range");
    close(fd);
  }
  Must(mount(etc.c_str(), "/etc", nullptr, MS_BIND, nullptr) == 0, "replace /etc");
}

void MountScratch() {
  umask(022);
  Must(unshare(CLONE_NEWNS) == 0, "create a mount namespace");
  Must(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "make mounts private");
  Must(mount("tmpfs", kScratch.c_str(), "tmpfs", 0, "mode=0755") == 0, "mount a tmpfs");
  Must(mkdir(kNosuidScratch.c_str(), 0755) == 0, "make a directory");
  Must(mount("tmpfs", kNosuidScratch.c_str(), "tmpfs", MS_NOSUID, "mode=0755") == 0, "mount a nosuid tmpfs");
  ReplaceEtc();
  HideLogAndAudit();
}

// Not a failed expectation: gtest would add a line for each of the tests that it then leaves out.
void EndUnless(bool possible, const char* sentence) {
  if (possible) return;
  dprintf(STDERR_FILENO, "%s\n", sentence);
  _exit(1);
}

class Preparation : public ::testing::Environment {
 public:
  void SetUp() override {
    EndUnless(geteuid() == 0, "The privileged suite installs and runs privileged programs: run it as root.");
    EndUnless(getenv("STATE_PROBE") != nullptr && getenv("PAIR") != nullptr,
              "STATE_PROBE must be the path of the probe and PAIR the directory of the pair: use meson test.");
    MountScratch();
  }
};

[[maybe_unused]] const auto* const kPreparation = ::testing::AddGlobalTestEnvironment(new Preparation);

void Copy(const std::string& from, const std::string& to) {
  const int source = open(from.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status = {};
  Must(source >= 0 && fstat(source, &status) == 0, ("open " + from).c_str());
  const int target = open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
  const auto size = static_cast<std::size_t>(status.st_size);
  Must(sendfile(target, source, nullptr, size) == status.st_size, "copy a program");
  close(target);
  close(source);
}

// In this order: chown(2) takes away the setuid bit and file capabilities.
void Mark(const std::string& path, const Installation& installation) {
  Must(chown(path.c_str(), installation.owner, installation.group) == 0, "change the owner of a program");
  Must(chmod(path.c_str(), installation.mode) == 0, "change the mode of a program");
  if (installation.capabilities.empty()) return;
  cap_t capabilities = cap_from_text(installation.capabilities.c_str());
  Must(capabilities != nullptr, "read file capabilities");
  Must(cap_set_file(path.c_str(), capabilities) == 0, "set file capabilities");
  cap_free(capabilities);
}

std::string Variable(const char* name) { return getenv(name); }

}  // namespace

Installation MarkedWith(Marker marker, MapKind kind) {
  Installation installation;
  if (marker == Marker::kSetuid || marker == Marker::kBoth) installation.mode = 04755;
  if (marker == Marker::kFileCapability || marker == Marker::kBoth) {
    installation.capabilities = kind == MapKind::kUid ? "cap_setuid=ep" : "cap_setgid=ep";
  }
  return installation;
}

std::string Install(const std::string& program, const Installation& installation, Mount mount) {
  const std::string path = (mount == Mount::kNosuid ? kNosuidScratch : kScratch) + "/" +
                           program.substr(program.rfind('/') + 1) + "." + std::to_string(installation.mode) + "." +
                           std::to_string(installation.owner) + "." + std::to_string(installation.group) + "." +
                           installation.capabilities;
  if (access(path.c_str(), F_OK) == 0) return path;
  Copy(program, path);
  Mark(path, installation);
  return path;
}

std::string ProbeProgram() { return Variable("STATE_PROBE"); }

std::string HelperProgram(MapKind kind) { return Variable("PAIR") + "/" + std::string(RowOf(kind).program); }

}  // namespace uidmap_test
