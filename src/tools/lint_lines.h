// SPDX-License-Identifier: BSD-3-Clause
// The lines of one subuid(5) file: what each grants, and why one grants nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/id_ranges.h"
#include "core/map_kind.h"
#include "tools/flat_index.h"
#include "tools/lint_accounts.h"
#include "tools/lint_report.h"

namespace uidmap {

// One user, whatever his lines call him: all spellings of one uid are one holder.
struct RangeHolder {
  std::string_view spelling;         // the first that was seen
  std::optional<std::uint32_t> uid;  // none: no account has the name
  std::string_view account;          // its name in passwd; empty if there is none
  struct InFile {
    std::uint32_t first_line = 0;  // 0: has none
    std::uint32_t lines = 0;
    std::uint64_t ids = 0;
  } in_file[2]{};  // by MapKind

  [[nodiscard]] const InFile& In(MapKind kind) const { return in_file[static_cast<std::size_t>(kind)]; }
};

// Who holds ranges in either file.
class RangeHolders {
 public:
  explicit RangeHolders(const LintAccounts& accounts) : accounts_(accounts) {}

  // The number of the holder whom `spelling` names; the text must live as long as this.
  [[nodiscard]] std::uint32_t NumberOf(std::string_view spelling);
  [[nodiscard]] RangeHolder& operator[](std::uint32_t number) { return holders_[number]; }
  [[nodiscard]] const std::vector<RangeHolder>& all() const { return holders_; }

 private:
  [[nodiscard]] std::uint32_t AddHolder(std::string_view spelling);

  const LintAccounts& accounts_;
  std::vector<RangeHolder> holders_;
  std::vector<std::pair<std::string_view, std::uint32_t>> spellings_;  // and the holder of each
  FlatIndex by_spelling_;                                              // of spellings_
  FlatIndex by_uid_;                                                   // of holders_
};

// A line that grants something.
struct GrantLine {
  IdRange range;
  std::uint32_t holder;
  std::uint32_t line;  // from 1
};

// Takes `text` apart. Lines that grant nothing are added to `findings`, but for empty ones and those that begin with
// #. `path` is how a command names the file. Calls `progress` with the part that is read.
[[nodiscard]] std::vector<GrantLine> ReadGrantLines(std::string_view text, MapKind kind, const std::string& path,
                                                    RangeHolders& holders, FindingsOfFile& findings,
                                                    const std::function<void(double)>& progress);

}  // namespace uidmap
