// SPDX-License-Identifier: BSD-3-Clause
// A value or the reason why there is none, with the member names of C++23's std::expected.
#pragma once

#include <optional>
#include <utility>

#include "core/failure.h"

namespace uidmap {

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}          // NOLINT(google-explicit-constructor)
  Result(const Failure& failure) : failure_(failure) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return value_.has_value(); }
  // Reading an absent value is an own bug: the library's assertion ends the run (see cxx_runtime.cc: exit 1).
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  [[nodiscard]] T Take() && { return *std::move(value_); }
  [[nodiscard]] const Failure& error() const { return failure_; }

 private:
  std::optional<T> value_;
  Failure failure_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(const Failure& failure) : failure_(failure) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return !failure_.has_value(); }
  void Take() && {}
  [[nodiscard]] const Failure& error() const { return *failure_; }

 private:
  std::optional<Failure> failure_;
};

}  // namespace uidmap

// The value of a Result, or return its failure from the function around: lets a function read as its steps.
// A statement expression, as g++ and clang++ both have it.
#define TRY(expression)                                     \
  ({                                                        \
    auto try_result = (expression);                         \
    if (!try_result.has_value()) return try_result.error(); \
    std::move(try_result).Take();                           \
  })
