// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "system/parent_map.h"
#include "tools/checks.h"

namespace uidmap {
namespace {

std::string PieceWords(const ParentMap& map) {
  constexpr std::size_t kMostShown = 8;
  std::vector<IdRange> pieces(map.pieces().begin(), map.pieces().end());
  std::sort(pieces.begin(), pieces.end(), [](const IdRange& a, const IdRange& b) { return a.first < b.first; });
  std::string words;
  for (std::size_t i = 0; i < pieces.size() && i < kMostShown; ++i) {
    const auto [first, last] = pieces[i];
    words += i == 0 ? "" : ", ";
    words += first == last ? fmt::format("{}", first) : fmt::format("{} to {}", first, last);
  }
  if (pieces.size() > kMostShown) words += fmt::format(", and {} ranges more", pieces.size() - kMostShown);
  return words;
}

void CheckOwnMap(const MapKindRow& row, bool is_nested, std::uint64_t own, Findings& findings) {
  const ParentMap map = ReadParentMap(row);
  const auto has = [&](std::uint64_t id) {
    return std::any_of(map.pieces().begin(), map.pieces().end(),
                       [&](const IdRange& piece) { return piece.first <= id && id <= piece.last; });
  };
  const std::string check = fmt::format("own-{}s", row.id_word);
  if (!has(own)) {
    findings.push_back(
        {Severity::kProblem, check,
         fmt::format("{} {} does not exist in this user namespace, so its owner cannot make another one", row.id_word,
                     own),
         fmt::format("cat /proc/self/{}", row.map_file)});
  } else if (!is_nested) {
    findings.push_back(
        {Severity::kOk, check,
         fmt::format("this is the machine's first user namespace, in which every {} exists", row.id_word), ""});
  } else {
    findings.push_back({Severity::kOk, check,
                        fmt::format("this is a user namespace inside another: only {}s {} exist, and a grant counts "
                                    "only inside them",
                                    row.id_word, PieceWords(map)),
                        ""});
  }
}

}  // namespace

void CheckOwnIds(const Surroundings& here, Findings& findings) {
  for (const MapKindRow& row : kMapKinds) {
    const std::uint64_t own = row.kind == MapKind::kUid ? here.process.effective_uid : here.process.effective_gid;
    CheckOwnMap(row, here.is_nested, own, findings);
  }
}

}  // namespace uidmap
