// SPDX-License-Identifier: BSD-3-Clause
// Where a container's filter leaves the shipped programs only the second way of doing something, it leads to the same
// answers.
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tuple>
#include <utility>

#include "contained.h"

namespace uidmap_test {
namespace {

const auto kKinds = ::testing::Values(MapKind::kUid, MapKind::kGid);
const auto kMarkers = ::testing::Values(Marker::kSetuid, Marker::kFileCapability);

class OtherWay : public Contained, public ::testing::TestWithParam<std::tuple<MapKind, Marker>> {
 protected:
  OtherWay() : Contained(std::get<0>(GetParam()), std::get<1>(GetParam())) {}

  // What the programs' own filter leaves as it is, and both ways in which a container refuses `number`.
  static std::vector<Filters> NoneAndBoth(long number) { return {{}, {{{number}, ENOSYS}}, {{{number}, EPERM}}}; }

  // For as_root: what is at `path` is now `file`, for this process and what it executes.
  static void Mount(const std::string& file, const std::string& path) {
    Must(unshare(CLONE_NEWNS) == 0, "create a mount namespace");
    Must(mount(file.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0, "mount a file over another");
  }
};

INSTANTIATE_TEST_SUITE_P(, OtherWay, ::testing::Combine(kKinds, kMarkers), [](const auto& info) {
  return NameOf(std::get<0>(info.param)) + "_" + NameOf(std::get<1>(info.param));
});

TEST_P(OtherWay, FindsWhatIsMountedOverTheMap) {
  const std::string map = "/proc/" + target().pid() + "/" + NameOf(kind()) + "_map";
  for (const Filters& filters : NoneAndBoth(SYS_openat2)) {
    const Ended ended = RunProgram([&] {
      Mount(RowOf(kind()).grant_file, map);
      InstallAll(filters);
    });
    ExpectRefused(ended, "is not the directory of a process in a proc filesystem: Invalid cross-device link");
  }
}

// A grant file of its own for a test, gone with the object.
class GrantFile {
 public:
  GrantFile(const std::string& directory, gid_t group, mode_t mode) : path_(directory + "/grants.XXXXXX") {
    const int fd = mkstemp(path_.data());
    Must(fd >= 0 && dprintf(fd, "%u:100000:65536\n", kCaller) > 0, "write a grant file");
    Must(fchown(fd, 0, group) == 0 && fchmod(fd, mode) == 0, "give a grant file its mode");
    close(fd);
  }
  GrantFile(const GrantFile&) = delete;
  GrantFile& operator=(const GrantFile&) = delete;
  ~GrantFile() {
    ChangeFlags(FS_IMMUTABLE_FL, 0);
    unlink(path_.c_str());
  }

  // False where the file system has no such flags.
  bool ChangeFlags(int from, int to) const {
    const int fd = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    int flags = 0;
    bool done = ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0;
    flags = (flags & ~from) | to;
    done = done && ioctl(fd, FS_IOC_SETFLAGS, &flags) == 0;
    close(fd);
    return done;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST_P(OtherWay, FindsAGrantFileThatTheCallersGroupMayWrite) {
  const GrantFile grants("/sys", kCaller, 0664);
  for (const Filters& filters : NoneAndBoth(SYS_faccessat2)) {
    const Ended ended = RunProgram([&] {
      Mount(grants.path(), RowOf(kind()).grant_file);
      InstallAll(filters);
    });
    ExpectRefused(ended, "may be written by the caller");
  }
}

// faccessat2(2) has the errno of such a filter for it.
TEST_P(OtherWay, TakesAnImmutableGrantFile) {
  const GrantFile on_tmpfs("/sys", 0, 0644);
  const GrantFile on_disk("/var/tmp", 0, 0644);  // tmpfs knows the flag since Linux 6.6
  const bool supported = on_tmpfs.ChangeFlags(0, FS_IMMUTABLE_FL);
  ASSERT_TRUE(supported || on_disk.ChangeFlags(0, FS_IMMUTABLE_FL));
  const Ended ended = RunProgram([&] { Mount((supported ? on_tmpfs : on_disk).path(), RowOf(kind()).grant_file); });
  ExpectWorks(ended);
}

struct Pipe {
  Pipe() { Must(pipe2(ends, O_CLOEXEC) == 0, "make a pipe"); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() { close(ends[0]), close(ends[1]); }

  // From now on whoever writes waits.
  void Fill() {
    const char page[4096] = {};
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    while (write(ends[1], page, sizeof page) > 0) {
    }
    fcntl(ends[1], F_SETFL, 0);
  }

  int ends[2] = {-1, -1};
};

// The reader of what was inherited sees its end while the program waits for a reader of its refusal.
TEST_P(OtherWay, ClosesInheritedDescriptors) {
  for (const Filters& filters : NoneAndBoth(SYS_close_range)) {
    Pipe inherited;
    Pipe messages;
    messages.Fill();
    const pid_t child = fork();
    if (child == 0) {
      BecomeCaller({.uid = kCaller, .as_root = [&] { InstallAll(filters); }});
      Must(dup2(messages.ends[1], STDERR_FILENO) == STDERR_FILENO, "have messages wait");
      Must(dup2(inherited.ends[1], 50) == 50, "leave a descriptor open");
      Execute(program(), {target().pid(), "0", "300000", "1"});
    }
    close(std::exchange(inherited.ends[1], -1));
    constexpr int kMilliseconds = 10'000;
    pollfd end = {.fd = inherited.ends[0], .events = 0, .revents = 0};
    EXPECT_EQ(poll(&end, 1, kMilliseconds), 1);
    EXPECT_EQ(waitpid(child, nullptr, WNOHANG), 0) << "it ended";
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
}

}  // namespace
}  // namespace uidmap_test
