// SPDX-License-Identifier: BSD-3-Clause
// What nsswitch.conf(5) says about the two databases that matter here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/result.h"
#include "core/text.h"

namespace uidmap {

// Who says which account a uid has.
enum class AccountSource : std::uint8_t {
  kFiles,            // /etc/passwd alone
  kFilesThenOthers,  // /etc/passwd, and for uids that it does not have, other services
  kNameServices,     // libc's name services, files among them, in an order and with rules that only libc knows
  kOthers,           // libc's name services without files
};

// The services of the `subid:` line in their order; "files" is /etc/subuid and /etc/subgid, any other a plugin of
// shadow's. The first that knows a user decides.
class SubidServices {
 public:
  static constexpr std::size_t kMaxServices = 8;
  static constexpr std::size_t kLongestName = 50;  // as in shadow
  using Name = BoundedText<kLongestName>;

  // False if there is no room, or if `name` could be anything but a part of the name of a library.
  [[nodiscard]] bool Add(std::string_view name);

  [[nodiscard]] std::span<const Name> view() const { return {names_.data(), size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] bool HavePlugin() const;

 private:
  std::array<Name, kMaxServices> names_;
  std::size_t size_ = 0;
};

inline constexpr std::string_view kFilesService = "files";

// A service without slash, blank, dot or anything else that would lead dlopen(3) elsewhere.
[[nodiscard]] bool IsServiceName(std::string_view name);

struct NameServices {
  AccountSource accounts = AccountSource::kFiles;
  SubidServices subid{};  // none: files
};

// Adds to `services` what `line` (without newline) says. The first line for subid that names a service counts, as in
// shadow; of several lines for passwd the one that leaves least to files. Fails with kSubidSourceUnsupported.
[[nodiscard]] Result<void> TakeNsswitchLine(std::string_view line, NameServices& services);

}  // namespace uidmap
