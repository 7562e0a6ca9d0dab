// SPDX-License-Identifier: BSD-3-Clause
// driver ROUNDS SECONDS PROGRAM... -- NUMBER...
// Times whole runs, from the start of a new process to its end, of `PROGRAM PID NUMBER...`, where PID is a process of
// the same user in a new user namespace and NUMBER... the triples of its map. The programs take turns, each ROUNDS
// times, or less often but kLeastRuns times if a program would need more than SECONDS for that. Every run must end
// with status 0 and leave exactly that map. Prints a line for each program, as Report() of target.h has it.
#include <err.h>
#include <errno.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "target.h"

namespace {

using bench::Arguments, bench::Clock, bench::kFailed, bench::Must, bench::Target, bench::Time;

constexpr std::int64_t kLeastRuns = 5;
constexpr int kWarmUpRounds = 3;

struct Program {
  std::string path;
  long peak_kib = 0;
  std::int64_t planned_runs = 0;
  std::vector<Time> times{};
};

struct Plan {
  std::int64_t rounds = 0;
  Time time_for_each{};
  std::vector<Program> programs{};
  std::vector<std::string> numbers{};  // of the map
};

enum class Start {
  kSpawn,  // as runtimes start helpers: the new process borrows the memory of the old one until exec
  kFork,   // with little memory before exec: what is borrowed counts for the peak of the new process, getrusage(2)
};

pid_t StartProgram(Start start, const Arguments& arguments) {
  char* const environment[] = {nullptr};
  pid_t pid = -1;
  if (start == Start::kSpawn) {
    char* const program = arguments.get()[0];
    errno = posix_spawn(&pid, program, nullptr, nullptr, arguments.get(), environment);
    Must(errno == 0, program);
    return pid;
  }
  pid = fork();
  Must(pid >= 0, "fork");
  if (pid == 0) arguments.Execute();
  return pid;
}

struct Run {
  Time time;
  long peak_kib;
};

Run RunOnce(Start start, const Program& program, const std::vector<std::string>& numbers) {
  const Target target;
  const Arguments arguments(program.path, target, numbers);

  int status = 0;
  rusage usage = {};
  const auto begin = Clock::now();
  const pid_t child = StartProgram(start, arguments);
  Must(wait4(child, &status, 0, &usage) == child, "wait for the program");
  const auto end = Clock::now();

  if (status != 0) errx(kFailed, "%s failed, wait status %d", program.path.c_str(), status);
  if (target.Map("uid_map") != numbers) errx(kFailed, "%s has written another map", program.path.c_str());
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
  for (const Program& program : plan.programs) bench::Report(program.path, program.times, program.peak_kib);
}
