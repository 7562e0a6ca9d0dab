// SPDX-License-Identifier: BSD-3-Clause
// The machine for one input: files, for code of src/system that opens them by name, and what uidmap-lookup answers.
// The linker leads the calls for them to machine.cc; what is not about one of these files goes to the C library.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/lookup_protocol.h"

namespace fuzz {

struct Files {
  std::map<std::string, std::string, std::less<>> contents;
  std::size_t chunk = 0;  // no read gives more, unless there would be hundreds of reads

  // No file of an earlier input is left.
  void Reset(std::size_t bytes_at_once) {
    contents.clear();
    open.clear();
    chunk = bytes_at_once;
  }

  struct Open {
    std::string_view rest;
    std::size_t chunk;
    bool is_open;
  };
  std::vector<Open> open;
};

extern Files files;

// Stands for uidmap-lookup. An input for which none may be started has none.
using Lookup = uidmap::LookupAnswer (*)(const uidmap::LookupQuery& query);
extern Lookup lookup;

}  // namespace fuzz
