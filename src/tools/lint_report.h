// SPDX-License-Identifier: BSD-3-Clause
// What the checks of lint have found in one file, in a length that can be read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/finding.h"

namespace uidmap {

// In the order in which they are told.
enum class LintCheck : std::uint8_t {
  kFile,
  kMalformed,
  kZeroCount,
  kOverflow,
  kOwner,
  kOverlap,
  kDuplicate,
  kAccountIds,
  kSystemIds,
  kDirectoryIds,
  kMapSize,
  kMatch,
  kDigitNames,
  kCount,
};

class FindingsOfFile {
 public:
  static constexpr std::size_t kMostShown = 10;  // of one check

  // `file` begins the sentences about the whole file.
  explicit FindingsOfFile(std::string_view file) : file_(file) {}

  // Adds a finding that `describe()` makes, a pair of sentence and remedy; it is asked only as long as it is shown.
  template <class Describe>
  void Add(LintCheck check, Describe describe) {
    Bucket& bucket = buckets_[static_cast<std::size_t>(check)];
    if (bucket.shown.size() == kMostShown) {
      ++bucket.hidden;
      return;
    }
    auto [sentence, remedy] = describe();
    bucket.shown.push_back({SeverityOf(check), NameOf(check), std::move(sentence), std::move(remedy)});
  }

  // Appends all of them to `findings`. A check of `applied` that found nothing says so.
  void AppendTo(std::vector<Finding>& findings, std::span<const LintCheck> applied) const;

  [[nodiscard]] std::string_view file() const { return file_; }

 private:
  [[nodiscard]] static Severity SeverityOf(LintCheck check);
  [[nodiscard]] static std::string NameOf(LintCheck check);

  struct Bucket {
    std::vector<Finding> shown;
    std::size_t hidden = 0;
  };

  std::string file_;
  std::array<Bucket, static_cast<std::size_t>(LintCheck::kCount)> buckets_;
};

}  // namespace uidmap
