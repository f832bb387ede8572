#pragma once

// Lets BOOST_TEST(a == b) print both sides for the words of core. Include it after, or instead of,
// <boost/test/unit_test.hpp>. Optional, expected and std::chrono values of printable things print.

#include "core/exchange.hpp"
#include <assay/content_key.hpp>
#include <assay/failure.hpp>
#include <assay/log_prob.hpp>
#include <assay/money.hpp>
#include <assay/outcome.hpp>
#include <assay/result.hpp>
#include <assay/sample.hpp>
#include <assay/time.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <expected>
#include <iomanip>
#include <limits>
#include <optional>
#include <ostream>

// Types of std have no namespace of ours for a print function to be found in; this is the
// customisation point that Boost.Test offers for them.
namespace boost::test_tools::tt_detail {

template <class T>
struct print_log_value<std::optional<T>> {
  void operator()(std::ostream& out, const std::optional<T>& value) const {
    if (!value) {
      out << "nothing";
      return;
    }
    print_log_value<T>()(out, *value);
  }
};

template <class T, class E>
struct print_log_value<std::expected<T, E>> {
  void operator()(std::ostream& out, const std::expected<T, E>& value) const {
    if (!value) {
      out << "unexpected: ";
      print_log_value<E>()(out, value.error());
    } else if constexpr (std::is_void_v<T>) {
      out << "done";
    } else {
      print_log_value<T>()(out, *value);
    }
  }
};

template <class Rep, class Period>
struct print_log_value<std::chrono::duration<Rep, Period>> {
  void operator()(std::ostream& out, std::chrono::duration<Rep, Period> value) const {
    out << std::chrono::duration<double, std::milli>(value).count() << " ms";
  }
};

template <class Clock, class Duration>
struct print_log_value<std::chrono::time_point<Clock, Duration>> {
  void operator()(std::ostream& out, std::chrono::time_point<Clock, Duration> value) const {
    out << "epoch + ";
    print_log_value<Duration>()(out, value.time_since_epoch());
  }
};

}  // namespace boost::test_tools::tt_detail

namespace assay {

inline std::ostream& boost_test_print_type(std::ostream& out, const ContentKey& key) {
  return out << to_hex(key);
}
inline std::ostream& boost_test_print_type(std::ostream& out, NanoUsd amount) {
  return out << amount.nanos() << " nano-dollars";
}
inline std::ostream& boost_test_print_type(std::ostream& out, TokenCount count) {
  return out << count.value << " tokens";
}
inline std::ostream& boost_test_print_type(std::ostream& out, LogProb logprob) {
  return out << std::setprecision(std::numeric_limits<double>::max_digits10) << logprob.nats()
             << " nats";
}
inline std::ostream& boost_test_print_type(std::ostream& out, FailureClass cls) {
  return out << name_of(cls);
}
inline std::ostream& boost_test_print_type(std::ostream& out, Remedy remedy) {
  return out << "remedy " << static_cast<int>(remedy);
}
inline std::ostream& boost_test_print_type(std::ostream& out, const Failure& failure) {
  return out << name_of(failure.cls) << ": " << failure.reason;
}
inline std::ostream& boost_test_print_type(std::ostream& out, Method method) {
  return out << name_of(method);
}
inline std::ostream& boost_test_print_type(std::ostream& out, Purpose purpose) {
  return out << name_of(purpose);
}
inline std::ostream& boost_test_print_type(std::ostream& out, Check check) {
  return out << name_of(check);
}
inline std::ostream& boost_test_print_type(std::ostream& out, Grade grade) {
  return out << name_of(grade);
}
inline std::ostream& boost_test_print_type(std::ostream& out, Verdict verdict) {
  constexpr const char* names[] = {"unchecked", "proved", "not_reported"};
  return out << names[static_cast<std::size_t>(verdict)];
}
inline std::ostream& boost_test_print_type(std::ostream& out, const Flags& flags) {
  out << "flags";
  if (flags.above_zero) out << " above_zero";
  if (flags.all_zero) out << " all_zero";
  if (flags.implausibly_high) out << " implausibly_high";
  return out;
}
inline std::ostream& boost_test_print_type(std::ostream& out, const Certificate& certificate) {
  out << name_of(certificate.method()) << " grade " << name_of(certificate.grade());
  for (std::size_t i = 0; i < check_count; ++i) {
    out << ' ' << name_of(static_cast<Check>(i)) << '=';
    boost_test_print_type(out, certificate.verdict(static_cast<Check>(i)));
  }
  out << ' ';
  boost_test_print_type(out, certificate.flags());
  return out;
}
inline std::ostream& boost_test_print_type(std::ostream& out, const Score& score) {
  boost_test_print_type(out, score.logprob);
  out << " over " << score.tokens.value << " tokens, ";
  boost_test_print_type(out, score.certificate);
  return out;
}
inline std::ostream& boost_test_print_type(std::ostream& out, const Outcome& outcome) {
  if (const Score* score = outcome.score()) boost_test_print_type(out, *score);
  if (const Failure* failure = outcome.failure()) boost_test_print_type(out, *failure);
  return out;
}
inline std::ostream& boost_test_print_type(std::ostream& out, Errc code) {
  return out << "Errc " << static_cast<int>(code);
}
inline std::ostream& boost_test_print_type(std::ostream& out, const Error& error) {
  boost_test_print_type(out, error.code);
  return out << ": " << error.detail;
}
inline std::ostream& boost_test_print_type(std::ostream& out, const Message& message) {
  return out << message.role << ": " << message.content;
}

// Prints a field that may be absent as " name=value" or not at all.
template <class T>
void print_field(std::ostream& out, const char* name, const std::optional<T>& value) {
  if (!value) return;
  out << ' ' << name << '=';
  boost::test_tools::tt_detail::print_log_value<T>()(out, *value);
}
inline std::ostream& boost_test_print_type(std::ostream& out, const Usage& usage) {
  out << "usage";
  print_field(out, "input", usage.input);
  print_field(out, "output", usage.output);
  return out;
}
inline std::ostream& boost_test_print_type(std::ostream& out, const LimitReading& reading) {
  out << '{';
  print_field(out, "limit", reading.limit);
  print_field(out, "remaining", reading.remaining);
  print_field(out, "reset_after", reading.reset_after);
  return out << " }";
}
inline std::ostream& boost_test_print_type(std::ostream& out, const Observation& observation) {
  out << "status " << observation.status;
  print_field(out, "retry_after", observation.retry_after);
  if (observation.retry_forbidden) out << " retry_forbidden";
  out << " requests ";
  boost_test_print_type(out, observation.requests);
  out << " tokens ";
  boost_test_print_type(out, observation.tokens);
  return out;
}

}  // namespace assay
