// SPDX-License-Identifier: BSD-3-Clause
// crowd ROUNDS FIRST USERS PROGRAM...
// Times how long USERS runs take together that are started one right after the other, from the start of the first to
// the end of the last. Each is `PROGRAM PID 0 ID 1` by another user, of uid FIRST and up, for a process of his own in
// a new user namespace. ID is kFirstId for the first one, and kIds more for each of the others. The programs take
// turns, ROUNDS times. Every run must end with status 0 and leave exactly that map. Runs as root. Prints a line for
// each program, as Report() of target.h has it.
#include <err.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "target.h"

namespace {

using bench::Arguments, bench::Clock, bench::kFailed, bench::Must, bench::Target, bench::Time;

constexpr long kFirstId = 100000;
constexpr long kIds = 65536;
constexpr int kWarmUpRounds = 1;

struct User {
  uid_t id;
  std::vector<std::string> numbers;
};

struct Program {
  std::string path;
  long peak_kib = 0;
  std::vector<Time> times{};
};

struct Run {
  const User& user;
  Target target;
  Arguments arguments;

  Run(const User& of, const std::string& program) : user(of), target(of.id), arguments(program, target, of.numbers) {}
};

// Gives the peak memory of the largest of them. They have no other children.
long AwaitAll(std::size_t runs, const std::string& program) {
  long peak_kib = 0;
  for (; runs > 0; --runs) {
    int status = 0;
    rusage usage = {};
    Must(wait4(0, &status, 0, &usage) > 0, "wait for the programs");  // the targets have process groups of their own
    if (status != 0) errx(kFailed, "%s failed, wait status %d", program.c_str(), status);
    peak_kib = std::max(peak_kib, usage.ru_maxrss);
  }
  return peak_kib;
}

void RunAll(const std::vector<User>& users, Program& program) {
  std::vector<std::unique_ptr<Run>> runs;
  for (const User& user : users) {
    runs.push_back(std::make_unique<Run>(user, program.path));
    Must(setpgid(runs.back()->target.pid(), 0) == 0, "put a target aside");
  }
  const auto begin = Clock::now();
  for (const auto& run : runs) {
    const pid_t pid = fork();
    Must(pid >= 0, "fork");
    if (pid > 0) continue;
    bench::Become(run->user.id);
    run->arguments.Execute();
  }
  program.peak_kib = std::max(program.peak_kib, AwaitAll(runs.size(), program.path));
  program.times.push_back(Clock::now() - begin);
  for (const auto& run : runs) {
    if (run->target.Map("uid_map") != run->user.numbers)
      errx(kFailed, "%s has written another map", program.path.c_str());
  }
}

void TakeTurns(int rounds, const std::vector<User>& users, std::vector<Program>& programs) {
  std::vector<Program*> order;
  for (Program& program : programs) order.push_back(&program);
  std::minstd_rand random;
  for (int round = 0; round < kWarmUpRounds + rounds; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    for (Program* const program : order) {
      RunAll(users, *program);
      if (round < kWarmUpRounds) program->times.clear();
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) errx(2, "usage: crowd ROUNDS FIRST USERS PROGRAM...");
  std::vector<User> users;
  for (int i = 0; i < atoi(argv[3]); ++i) {
    users.push_back({static_cast<uid_t>(atoi(argv[2]) + i), {"0", std::to_string(kFirstId + i * kIds), "1"}});
  }
  std::vector<Program> programs;
  for (int i = 4; i < argc; ++i) programs.push_back({.path = argv[i]});
  TakeTurns(atoi(argv[1]), users, programs);
  for (const Program& program : programs) bench::Report(program.path, program.times, program.peak_kib);
}
