// SPDX-License-Identifier: BSD-3-Clause
// The shipped programs, stopped before each of their system calls in turn while the target changes: it dies, another
// process takes its number, it executes a program that makes it root's. What they do then is refused, or right.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <tuple>

#include "calls.h"
#include "machine.h"
#include "probe_run.h"
#include "syscall_trace.h"
#include "target.h"

namespace uidmap_test {
namespace {

enum class NamedBy { kProcessId, kPidfd, kDirectory };

constexpr int kInherited = 77;
constexpr char kWholeMap[] = "0 100000 65536";

std::string FormName(NamedBy form) {
  switch (form) {
    case NamedBy::kProcessId: return "pid";
    case NamedBy::kPidfd: return "pidfd";
    case NamedBy::kDirectory: return "directory";
  }
  return "";
}

int DescriptorOf(NamedBy form, const Target& target) {
  switch (form) {
    case NamedBy::kProcessId: return -1;
    case NamedBy::kPidfd: return static_cast<int>(syscall(SYS_pidfd_open, target.number(), 0));
    case NamedBy::kDirectory: return open(("/proc/" + target.pid()).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }
  return -1;
}

bool HasOpened(const Calls& calls, const std::string& path) {
  return std::any_of(calls.begin(), calls.end(), [&](const SystemCall& call) {
    return call.number == SYS_openat && call.result >= 0 && PathOf(call) == path;
  });
}

// The map itself, for writing: what comes after the raise.
bool HasOpenedTheMap(const Calls& calls) {
  return std::any_of(FindRaise(calls), calls.end(),
                     [](const SystemCall& call) { return call.number == SYS_openat2 && call.result >= 0; });
}

class Race : public ::testing::TestWithParam<std::tuple<MapKind, NamedBy>> {
 protected:
  // What a run had done when its target changed, and how it ended.
  struct Ran {
    bool opened_directory, opened_map;
    std::string ending;
  };

  // Stops before the call number `steps` behind the filter, and goes on to the end after `change`. Nothing if the
  // program does not make that many calls.
  std::optional<Ran> Run(const Target& target, std::size_t steps, const std::function<void()>& change) const {
    const int inherited = DescriptorOf(form_, target);
    const std::string name = inherited < 0 ? target.pid() : "fd:" + std::to_string(kInherited);
    const std::string directory = "/proc/" + target.pid();
    TracedProgram program([&, file = Install(HelperProgram(kind_), MarkedWith(Marker::kFileCapability, kind_))] {
      if (inherited >= 0) dup2(inherited, kInherited);
      BecomeCaller({.uid = kCaller, .as_caller = SilenceOutput});
      Execute(file, {name, "0", "100000", "65536"});
    });
    close(inherited);
    bool confined = false;
    for (std::size_t calls = 0; !confined || calls < steps; calls += confined ? 1 : 0) {
      if (!program.Next()) return std::nullopt;
      const auto& made = program.trace().calls;
      confined = confined || (made.size() >= 2 && IsAnsweredProbe(made[made.size() - 2]));
    }
    Ran ran = {HasOpened(program.trace().calls, directory), HasOpenedTheMap(program.trace().calls), ""};
    change();
    while (program.Next()) {
    }
    ran.ending = program.trace().ending;
    ExpectOnRecord(ran.opened_map || ran.ending == "exit status 0");
    return ran;
  }

  // Everywhere where it matters: until there are no more calls. Gives how many there were.
  static void AtEveryStep(const std::function<bool(std::size_t)>& run) {
    std::size_t step = 0;
    while (run(step)) ++step;
    EXPECT_GE(step, 20U);
  }

  // Whatever happens to the target: no map without a record.
  void ExpectOnRecord(bool was_open_to_a_map) const {
    const std::vector<std::string> lines = log_.Take();
    ASSERT_FALSE(lines.empty());
    EXPECT_TRUE(!was_open_to_a_map || IsGrant(lines.front()));
  }

  static std::string EndingIf(bool granted) { return granted ? "exit status 0" : "exit status 1"; }

  MapKind kind_ = std::get<0>(GetParam());
  NamedBy form_ = std::get<1>(GetParam());
  std::string map_file_ = NameOf(kind_) + "_map";
  const Log log_;
};

INSTANTIATE_TEST_SUITE_P(
    Forms, Race,
    ::testing::Combine(::testing::Values(MapKind::kUid, MapKind::kGid),
                       ::testing::Values(NamedBy::kProcessId, NamedBy::kPidfd, NamedBy::kDirectory)),
    [](const auto& mode) { return NameOf(std::get<0>(mode.param)) + "_" + FormName(std::get<1>(mode.param)); });

// An open map is the namespace's, which lives on until the map is closed.
TEST_P(Race, TargetThatDiesIsRefusedUntilItsMapIsOpen) {
  AtEveryStep([&](std::size_t step) {
    Target target;
    const auto ran = Run(target, step, [&] { target.Kill(); });
    if (!ran) return false;
    EXPECT_EQ(ran->ending, EndingIf(ran->opened_map)) << "at step " << step;
    return true;
  });
}

// The other one is the caller's, too, and is mapped only where its number is what names it.
TEST_P(Race, AnotherProcessWithTheNumberOfTheTargetIsNotMapped) {
  AtEveryStep([&](std::size_t step) {
    Target target;
    std::optional<Target> other;
    const auto ran = Run(target, step, [&] {
      const pid_t number = target.number();
      target.Reap();
      other.emplace(number);
    });
    if (!ran) return false;
    const bool names_the_other = form_ == NamedBy::kProcessId && !ran->opened_directory;
    EXPECT_EQ(other->Read(map_file_), names_the_other ? kWholeMap : "") << "at step " << step;
    EXPECT_EQ(ran->ending, EndingIf(names_the_other || ran->opened_map)) << "at step " << step;
    return true;
  });
}

// A program that its user may not read makes the process root's to look into.
TEST_P(Race, TargetThatIsNotDumpableAnyMoreIsRefusedUntilItsMapIsOpen) {
  const std::string unreadable = Install("/bin/cat", {.mode = 0711});
  AtEveryStep([&](std::size_t step) {
    const Target target;
    const auto ran = Run(target, step, [&] { target.Become(unreadable); });
    if (!ran) return false;
    EXPECT_EQ(ran->ending, EndingIf(ran->opened_map)) << "at step " << step;
    EXPECT_EQ(target.Read(map_file_), ran->opened_map ? kWholeMap : "") << "at step " << step;
    return true;
  });
}

// In a namespace that does not know the owner of a file its set-id bits have no effect, so the target is still
// itself.
TEST_P(Race, TargetThatExecutesASetIdProgramIsMapped) {
  const std::string set_id = Install("/bin/cat", {.mode = 06755});
  AtEveryStep([&](std::size_t step) {
    const Target target;
    const auto ran = Run(target, step, [&] { target.Become(set_id); });
    if (!ran) return false;
    EXPECT_EQ(ran->ending, "exit status 0") << "at step " << step;
    EXPECT_EQ(target.Read(map_file_), kWholeMap) << "at step " << step;
    return true;
  });
}

}  // namespace
}  // namespace uidmap_test
