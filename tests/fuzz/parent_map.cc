// SPDX-License-Identifier: BSD-3-Clause
// /proc/self/uid_map, in whatever chunks: the pieces are those of the naive reader, and what the kernel would print
// of them is read back as the same. A file that makes no sense hides nothing: the kernel judges then.
#include "core/parent_map.h"

#include "machine.h"
#include "naive.h"
#include "system/parent_map.h"

namespace {

using fuzz::Number;
using fuzz::naive::kNoId;
using fuzz::naive::Plain;
using fuzz::naive::Range;

std::optional<Range> PieceOf(std::string line) {
  if (line.ends_with(' ')) line.pop_back();
  const std::vector<std::string> words = fuzz::naive::Words(line, " ");
  if (words.size() != 3 || line.ends_with(' ')) return std::nullopt;
  const auto here = Plain(words[0], kNoId - 1);
  const auto above = Plain(words[1], kNoId - 1);
  const auto count = Plain(words[2], kNoId);
  if (!here || !above || !count || *count == 0 || *here + *count > kNoId) return std::nullopt;
  return Range(*here, *here + *count - 1);
}

std::vector<Range> PiecesOf(const std::string& file) {
  const std::vector<Range> whole = {{0, kNoId - 1}};
  std::vector<Range> pieces;
  for (const std::string& line : fuzz::LinesOf(file)) {
    const auto piece = PieceOf(line);
    if (!piece) return whole;
    pieces.push_back(*piece);
  }
  // As many lines as the kernel writes, each no longer than it writes them.
  return pieces.size() > 340 || file.size() > 340 * 33 ? whole : pieces;
}

std::vector<Range> Read(const uidmap::MapKindRow& row) {
  const uidmap::ParentMap map = uidmap::ReadParentMap(row);
  std::vector<Range> pieces;
  for (const uidmap::IdRange& piece : map.pieces()) pieces.emplace_back(piece.first, piece.last);
  return pieces;
}

std::string AsTheKernelPrints(const std::vector<Range>& pieces) {
  std::string text;
  for (const Range& piece : pieces) {
    char line[64];
    snprintf(line, sizeof line, "%10lu %10lu %10lu\n", piece.first, piece.first, piece.second - piece.first + 1);
    text += line;
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const uidmap::MapKindRow& row = uidmap::kMapKinds[input.NextNumber() % 2];
  fuzz::files.Reset(input.NextChunk());
  std::string& file = fuzz::files.contents[std::string("/proc/self/") + row.map_file];
  file = input.Section();
  const std::vector<Range> pieces = Read(row);
  CHECK(pieces == PiecesOf(file));
  file = AsTheKernelPrints(pieces);
  CHECK(Read(row) == pieces);
  return 0;
}
