// SPDX-License-Identifier: BSD-3-Clause
// Every sentence that the programs can say about a refusal, in one table.
#pragma once

#include <string_view>

#include "core/failure.h"

namespace uidmap {

// In the texts: {p} program, {i} uid or gid, {m} map file, {g} grant file, {c} capability, {s} subject (a
// text of our own), {q} subject quoted (untrusted), {t} what a source said, quoted, {h} the same of our own, {e}
// errno in words, {u} usage, {0}..{6} numbers. The first line is upstream's (shadow 4.20.2), because callers and
// users know it; what shadow leaves to the kernel keeps the line of a refused write.
struct ReasonRow {
  Reason reason;
  std::string_view log_word;
  std::string_view first_line;
  std::string_view why;   // follows "reason: "
  std::string_view hint;  // follows "hint: "; empty where nothing can be advised
};

[[nodiscard]] const ReasonRow& RowOf(Reason reason);

}  // namespace uidmap
