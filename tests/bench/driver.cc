// SPDX-License-Identifier: BSD-3-Clause
// driver ROUNDS SECONDS PROGRAM... -- NUMBER...
// Times whole runs, from the start of a new process to its end, of `PROGRAM PID NUMBER...`, where PID is a process of
// the same user in a new user namespace and NUMBER... the triples of its map. The programs take turns, each ROUNDS
// times, or less often but kLeastRuns times if a program would need more than SECONDS for that. Every run must end
// with status 0 and leave exactly that map. Prints a line for each program, separated by tabs:
//   PROGRAM median p10 p90 (all three in ns) peak-memory (in KiB) runs
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kFailed = 1;
constexpr std::int64_t kLeastRuns = 5;
constexpr int kWarmUpRounds = 3;

struct Program {
  std::string path;
  long peak_kib = 0;
  std::int64_t planned_runs = 0;
  std::vector<std::chrono::nanoseconds> times{};
};

struct Plan {
  std::int64_t rounds = 0;
  std::chrono::nanoseconds time_for_each{};
  std::vector<Program> programs{};
  std::vector<std::string> numbers{};  // of the map
};

void Must(bool done, const char* what) {
  if (!done) err(kFailed, "cannot %s", what);
}

// A process in a user namespace of its own, which has no map yet.
class Target {
 public:
  Target() {
    int ends[2];
    Must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "create a socket pair");
    pid_ = fork();
    Must(pid_ >= 0, "fork");
    close(pid_ == 0 ? ends[0] : ends[1]);
    socket_ = pid_ == 0 ? ends[1] : ends[0];
    if (pid_ == 0) Live();
    if (!AwaitByte()) errx(kFailed, "no user namespace to map");
  }

  ~Target() {
    close(socket_);
    waitpid(pid_, nullptr, 0);
  }

  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  [[nodiscard]] std::vector<std::string> Map() const {
    const std::string path = "/proc/" + std::to_string(pid_) + "/uid_map";
    FILE* const file = fopen(path.c_str(), "re");
    Must(file != nullptr, "open the map of the target");
    std::vector<std::string> numbers;
    char number[16];
    while (fscanf(file, "%15s", number) == 1) numbers.emplace_back(number);
    fclose(file);
    return numbers;
  }

 private:
  // Ends when the other side closes the socket, which its end does, too.
  [[noreturn]] void Live() const {
    Must(unshare(CLONE_NEWUSER) == 0, "create a user namespace");
    Must(write(socket_, "", 1) == 1, "tell that the namespace is there");
    AwaitByte();
    _exit(0);
  }

  bool AwaitByte() const {
    char byte = 0;
    return read(socket_, &byte, 1) == 1;
  }

  pid_t pid_ = -1;
  int socket_ = -1;
};

enum class Start {
  kSpawn,  // as runtimes start helpers: the new process borrows the memory of the old one until exec
  kFork,   // with little memory before exec: what is borrowed counts for the peak of the new process, getrusage(2)
};

pid_t StartProgram(Start start, char* const* arguments) {
  char* const environment[] = {nullptr};
  pid_t pid = -1;
  if (start == Start::kSpawn) {
    errno = posix_spawn(&pid, arguments[0], nullptr, nullptr, arguments, environment);
    Must(errno == 0, arguments[0]);
    return pid;
  }
  pid = fork();
  Must(pid >= 0, "fork");
  if (pid > 0) return pid;
  execve(arguments[0], arguments, environment);
  err(kFailed, "%s", arguments[0]);
}

struct Run {
  std::chrono::nanoseconds time;
  long peak_kib;
};

Run RunOnce(Start start, const Program& program, const std::vector<std::string>& numbers) {
  const Target target;
  const std::string pid = std::to_string(target.pid());
  std::vector<char*> arguments = {const_cast<char*>(program.path.c_str()), const_cast<char*>(pid.c_str())};
  for (const std::string& number : numbers) arguments.push_back(const_cast<char*>(number.c_str()));
  arguments.push_back(nullptr);

  int status = 0;
  rusage usage = {};
  const auto begin = Clock::now();
  const pid_t child = StartProgram(start, arguments.data());
  Must(wait4(child, &status, 0, &usage) == child, "wait for the program");
  const auto end = Clock::now();

  if (status != 0) errx(kFailed, "%s failed, wait status %d", program.path.c_str(), status);
  if (target.Map() != numbers) errx(kFailed, "%s has written another map", program.path.c_str());
  return {end - begin, usage.ru_maxrss};
}

// Also finds out how much memory each program takes, and how often there is time for it.
void WarmUp(Plan& plan) {
  for (int round = 0; round < kWarmUpRounds; ++round) {
    for (Program& program : plan.programs) {
      const Run run = RunOnce(Start::kFork, program, plan.numbers);
      program.peak_kib = std::max(program.peak_kib, run.peak_kib);
      program.planned_runs =
          std::clamp(plan.time_for_each / run.time, std::min(kLeastRuns, plan.rounds), plan.rounds);
    }
  }
}

// True for `runs` of the rounds, evenly spread.
bool IsDue(std::int64_t round, std::int64_t runs, std::int64_t rounds) {
  return round * runs / rounds != (round + 1) * runs / rounds;
}

void TakeTurns(Plan& plan) {
  std::vector<Program*> order;
  for (Program& program : plan.programs) order.push_back(&program);
  std::minstd_rand random;
  for (std::int64_t round = 0; round < plan.rounds; ++round) {
    std::shuffle(order.begin(), order.end(), random);  // nobody always finds the caches that the same one has left
    for (Program* const program : order) {
      if (!IsDue(round, program->planned_runs, plan.rounds)) continue;
      program->times.push_back(RunOnce(Start::kSpawn, *program, plan.numbers).time);
    }
  }
}

void Report(Program& program) {
  std::vector<std::chrono::nanoseconds>& times = program.times;
  std::sort(times.begin(), times.end());
  const auto percentile = [&](std::size_t percent) {
    return static_cast<long long>(times[(times.size() - 1) * percent / 100].count());
  };
  printf("%s\t%lld\t%lld\t%lld\t%ld\t%zu\n", program.path.c_str(), percentile(50), percentile(10), percentile(90),
         program.peak_kib, times.size());
}

Plan ParseArguments(std::vector<std::string> arguments) {
  const auto separator = std::find(arguments.begin(), arguments.end(), "--");
  if (separator - arguments.begin() < 3 || separator == arguments.end()) {
    errx(2, "usage: driver ROUNDS SECONDS PROGRAM... -- NUMBER...");
  }
  Plan plan{.rounds = std::stoll(arguments[0]), .time_for_each = std::chrono::seconds(std::stoll(arguments[1]))};
  for (auto path = arguments.begin() + 2; path != separator; ++path) plan.programs.push_back({.path = *path});
  plan.numbers.assign(separator + 1, arguments.end());
  return plan;
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan = ParseArguments({argv + 1, argv + argc});
  WarmUp(plan);
  TakeTurns(plan);
  for (Program& program : plan.programs) Report(program);
}
