// SPDX-License-Identifier: BSD-3-Clause
// All that the pair have of a C++ run-time library: libstdc++ itself is not linked, since one of its functions
// would bring exceptions, their emergency heap, stdio and constructors that run before main. Its headers call
// these two when an own bug breaks a precondition; that ends the run like any failure, with exit status 1.
#include <unistd.h>

namespace std {

[[noreturn]] void __glibcxx_assert_fail(const char* file, int line, const char* function,
                                        const char* condition) noexcept;
void __glibcxx_assert_fail(const char* /*file*/, int /*line*/, const char* /*function*/,
                           const char* /*condition*/) noexcept {
  _exit(1);
}

[[noreturn]] void __throw_out_of_range_fmt(const char* format, ...);
void __throw_out_of_range_fmt(const char* /*format*/, ...) { _exit(1); }

}  // namespace std
