// SPDX-License-Identifier: BSD-3-Clause
#include "probe_run.h"

#include <inttypes.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <sys/capability.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <sstream>
#include <utility>

#include "child.h"

namespace uidmap_test {
namespace {

std::vector<std::string> Words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string Joined(const std::vector<std::string>& words, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < words.size(); ++i) text += (i == from ? "" : " ") + words[i];
  return text;
}

void TakeLine(const std::string& line, ProbeRun& run) {
  const std::vector<std::string> words = Words(line);
  if (line == "state") {
    run.states.emplace_back();
  } else if (words.size() >= 3 && words[0] == "failure") {
    run.refusal = Refusal{.reason = static_cast<Reason>(std::stoi(words[1])),
                          .error_number = std::stoi(words[2]),
                          .subject = Joined(words, 3)};
  } else if (const auto colon = line.find(':'); colon != std::string::npos && !run.states.empty()) {
    run.states.back()[line.substr(0, colon)] = Joined(Words(line.substr(colon + 1)), 0);
  }
}

// What PutDown and the steps before it must change, so that no expectation is met from the start.
void SetWhatMustChange() {
  umask(0);
  rlimit core = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  if (setrlimit(RLIMIT_CORE, &core) == 0) return;
  Must(getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max > 0, "have core dumps to forbid: the hard limit is 0");
  core.rlim_cur = core.rlim_max;
  Must(setrlimit(RLIMIT_CORE, &core) == 0, "allow core dumps");
}

std::string LibcapText(const Held& held) {
  cap_t sets = cap_init();
  const std::pair<cap_flag_t, const std::vector<int>&> flags[] = {
      {CAP_PERMITTED, held.permitted}, {CAP_EFFECTIVE, held.effective}, {CAP_INHERITABLE, held.inheritable}};
  for (const auto& [flag, capabilities] : flags) {
    const auto count = static_cast<int>(capabilities.size());
    Must(count == 0 || cap_set_flag(sets, flag, count, capabilities.data(), CAP_SET) == 0, "name capabilities");
  }
  char* text = cap_to_text(sets, nullptr);
  std::string squeezed = Joined(Words(text), 0);
  cap_free(text);
  cap_free(sets);
  return squeezed;
}

}  // namespace

State ProbeRun::state(std::size_t number) const {
  EXPECT_LT(number, states.size()) << "The probe ended before: " << ending << "\n" << report;
  return number < states.size() ? states[number] : State();
}

ProbeRun RunProbe(const Start& start, const std::string& steps) {
  const std::string file =
      start.file.empty() ? Install(ProbeProgram(), MarkedWith(start.marker, start.kind)) : start.file;
  const Ended ended = RunChild([&] {
    const rlimit seconds = {.rlim_cur = 5, .rlim_max = 5};
    Must(setrlimit(RLIMIT_CPU, &seconds) == 0, "end a probe that does not end");
    SetWhatMustChange();
    BecomeCaller(start.caller);
    Execute(file, Words(NameOf(start.kind) + " " + steps));
  });
  ProbeRun run{.file = file, .ending = ended.how, .states = {}, .refusal = {}, .report = ended.report};
  std::istringstream lines(ended.report);
  for (std::string line; std::getline(lines, line);) TakeLine(line, run);
  return run;
}

std::string FourTimes(uid_t id) {
  const std::string one = std::to_string(id);
  return one + " " + one + " " + one + " " + one;
}

std::string SetOf(const std::vector<int>& capabilities) {
  std::uint64_t mask = 0;
  for (const int capability : capabilities) mask |= std::uint64_t{1} << capability;
  char text[17];
  snprintf(text, sizeof text, "%016" PRIx64, mask);
  return text;
}

int CapabilityOf(MapKind kind) { return kind == MapKind::kUid ? CAP_SETUID : CAP_SETGID; }

void ExpectSets(const State& state, const Held& held) {
  State seen = state;
  EXPECT_EQ(seen["CapPrm"], SetOf(held.permitted));
  EXPECT_EQ(seen["CapEff"], SetOf(held.effective));
  EXPECT_EQ(seen["CapInh"], SetOf(held.inheritable));
  EXPECT_EQ(seen["CapAmb"], SetOf({}));
  EXPECT_EQ(seen["libcap"], LibcapText(held));
}

void ExpectDormant(const State& state, uid_t id, const std::vector<int>& permitted,
                   const std::vector<int>& inheritable) {
  State seen = state;
  EXPECT_EQ(seen["Uid"], FourTimes(id));
  EXPECT_EQ(seen["Gid"], FourTimes(id));
  ExpectSets(state, {.permitted = permitted, .inheritable = inheritable});
  EXPECT_EQ(std::stoi("0" + seen["securebits"]) & SECBIT_KEEP_CAPS, 0);
  EXPECT_EQ(seen["dumpable"], "0");
  EXPECT_EQ(seen["core"], "none");
}

bool IsAboutTheFile(Reason reason) {
  return reason == Reason::kTracedAtExec || reason == Reason::kNosuidMount || reason == Reason::kMarkWithoutEffect ||
         reason == Reason::kNoPrivilege;
}

void ExpectRefused(const ProbeRun& run, Reason reason, const std::string& subject) {
  EXPECT_EQ(run.ending, "exit status 1");
  ASSERT_TRUE(run.refusal.has_value()) << "No step failed.\n" << run.report;
  EXPECT_EQ(static_cast<int>(run.refusal->reason), static_cast<int>(reason)) << run.report;
  EXPECT_EQ(run.refusal->subject, IsAboutTheFile(reason) ? run.file : subject);
}

std::string NameOf(MapKind kind) { return kind == MapKind::kUid ? "uid" : "gid"; }

std::string NameOf(Marker marker) {
  switch (marker) {
    case Marker::kPlain: return "plain";
    case Marker::kSetuid: return "setuid";
    case Marker::kFileCapability: return "file_capability";
    case Marker::kBoth: return "both";
  }
  return "";
}

}  // namespace uidmap_test
