// SPDX-License-Identifier: BSD-3-Clause
// getsubids [-g] USER: what newuidmap and newgidmap would let the user map. Output and exit status are those of
// shadow's program of this name.
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/failure.h"
#include "core/map_kind.h"
#include "system/startup.h"
#include "tools/owner_ranges.h"
#include "tools/range_owner.h"

namespace uidmap {
namespace {

constexpr std::string_view kUsage =
    "Usage: getsubids [-g] user\n"
    "    list subuid ranges for user\n"
    "    pass -g to list subgid ranges\n";
constexpr std::string_view kMoreHelp =
    "\nThe user is a name or a uid. Each line has a number from 0, the user as given, the first id of a range and "
    "how\n"
    "many ids it has. The exit status is 1 if there is no range, or a source cannot be read. See getsubids(1).\n";
constexpr std::string_view kNoRanges = "Error fetching ranges\n";

using Words = std::span<const char* const>;

enum class Action : std::uint8_t { kList, kShowUsage, kShowHelp, kShowVersion };

struct Request {
  Action action;
  MapKind kind = MapKind::kUid;
  std::string_view user{};
};

// As in shadow: -g counts in front only, and words behind the user do not count. No user begins with a dash.
Request ParseWords(Words words) {
  const std::string_view first = words.empty() ? std::string_view() : words[0];
  if (words.size() == 1 && first == "--help") return {Action::kShowHelp};
  if (words.size() == 1 && first == "--version") return {Action::kShowVersion};
  if (words.size() == 2 && first == "-g") return {Action::kList, MapKind::kGid, words[1]};
  if (words.empty() || first.starts_with('-')) return {Action::kShowUsage};
  return {Action::kList, MapKind::kUid, first};
}

// Standard output in large pieces. A write that fails is remembered.
class Output {
 public:
  void AppendLine(std::uint64_t number, std::string_view user, const IdRange& range) {
    constexpr std::size_t kNumbers = 64;  // three of at most 20 digits, and what is between them
    if (text_.view().size() + user.size() + kNumbers > kCapacity) static_cast<void>(Flush());
    text_.AppendDecimal(number);
    text_.Append(": ");
    text_.Append(user);
    text_.Append(" ");
    text_.AppendDecimal(range.first);
    text_.Append(" ");
    text_.AppendDecimal(std::uint64_t{range.last} - range.first + 1);
    text_.Append("\n");
  }

  // What a write(2) has failed with so far, or 0.
  [[nodiscard]] int Flush() {
    std::string_view left = text_.view();
    while (!left.empty() && error_number_ == 0) {
      const ssize_t written = write(STDOUT_FILENO, left.data(), left.size());
      if (written >= 0)
        left.remove_prefix(static_cast<std::size_t>(written));
      else if (errno != EINTR)
        error_number_ = errno;
    }
    text_ = {};
    return error_number_;
  }

 private:
  static constexpr std::size_t kCapacity = std::size_t{32} * 1024;

  BoundedText<kCapacity> text_;
  int error_number_ = 0;
};

// Shadow's line first, which others look for; then what is behind it.
int Fail(std::string_view first_line, std::string_view rest) {
  Message message;
  message.Append(first_line);
  message.Append(rest);
  WriteOnce(STDERR_FILENO, message.view());
  return 1;
}

int FailBecause(MapKindRow row, const Failure& failure) {
  row.program = "getsubids";
  const Message refusal = RenderRefusal(row, failure);
  const std::string_view text = refusal.view();
  return Fail(kNoRanges, text.substr(text.find('\n') + 1));
}

int FailForWantOfRanges(const MapKindRow& row, const DecidedBy& decided) {
  BoundedText<256> reason;
  reason.Append("getsubids: reason: ");
  if (!decided.plugin.view().empty()) {
    reason.Append("the subid service ");
    reason.Append(decided.plugin.view());
    reason.Append(decided.knowledge == Knowledge::kKnowsCaller ? " has nothing for this user"
                                                               : " does not know this user");
  } else {
    reason.Append(row.grant_file);
    reason.Append(decided.state == SourceState::kAbsent ? " does not exist" : " grants nothing to this user");
  }
  reason.Append("\n");
  return Fail(kNoRanges, reason.view());
}

int FailToWrite(int error_number) {
  BoundedText<256> reason;
  reason.Append(strerrordesc_np(error_number));
  reason.Append("\n");
  return Fail("getsubids: cannot write: ", reason.view());
}

int List(const Request& request) {
  const MapKindRow& row = RowOf(request.kind);
  const auto services = ReadNameServices();
  if (!services.has_value()) return FailBecause(row, services.error());
  const auto owner = FindRangeOwner(request.user, *services);
  if (!owner.has_value()) return FailBecause(row, owner.error());
  if ((*owner).IsNobody()) return Fail(kNoRanges, "getsubids: reason: this is neither a user name nor a uid\n");

  Output output;
  std::uint64_t count = 0;
  const auto take = [&](const IdRange& range) { output.AppendLine(count++, request.user, range); };
  const auto decided = ForEachRangeOf(row, *owner, (*services).subid, take);
  if (!decided.has_value()) return FailBecause(row, decided.error());
  if (count == 0) return FailForWantOfRanges(row, *decided);
  const int error_number = output.Flush();
  return error_number == 0 ? 0 : FailToWrite(error_number);
}

int Run(Words words) {
  if (!SettleProcess().has_value()) return Fail("getsubids: cannot start: its process could not be prepared\n", {});
  const Request request = ParseWords(words);
  switch (request.action) {
    case Action::kList: return List(request);
    case Action::kShowUsage: return Fail(kUsage, {});
    case Action::kShowHelp:
      WriteOnce(STDOUT_FILENO, kUsage);
      WriteOnce(STDOUT_FILENO, kMoreHelp);
      return 0;
    case Action::kShowVersion: WriteOnce(STDOUT_FILENO, "getsubids (uidmap-ng) " UIDMAP_VERSION "\n"); return 0;
  }
  return 1;
}

}  // namespace
}  // namespace uidmap

int main(int argc, char** argv) {
  const auto words = static_cast<std::size_t>(std::max(argc - 1, 0));
  return uidmap::Run({argv + std::min(argc, 1), words});
}
