#include "assay/outcome.hpp"

namespace assay {
namespace {

constexpr std::array<std::string_view, 5> method_names{
    "echo", "two_call", "forced", "recorded", "ids"};
constexpr std::array<std::string_view, check_count> check_names{"echo_equal",
                                                                "entry_count",
                                                                "first_entry_only",
                                                                "values_valid",
                                                                "boundary",
                                                                "complete",
                                                                "model",
                                                                "neutral_sampling"};
constexpr std::array<std::string_view, 3> grade_names{"A", "B", "C"};

// Without these a value could be of another text, or no log-probability at all.
bool must_be_proved(Check check) {
  return check == Check::echo_equal || check == Check::entry_count ||
         check == Check::first_entry_only || check == Check::values_valid ||
         check == Check::boundary || check == Check::neutral_sampling;
}

template <class Enum, std::size_t n>
std::optional<Enum> find(const std::array<std::string_view, n>& names, std::string_view name) {
  for (std::size_t i = 0; i < n; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Method method) {
  return method_names[static_cast<std::size_t>(method)];
}
std::optional<Method> method_of(std::string_view name) {
  return find<Method>(method_names, name);
}
std::string_view name_of(Check check) {
  return check_names[static_cast<std::size_t>(check)];
}
std::optional<Check> check_of(std::string_view name) {
  return find<Check>(check_names, name);
}
std::string_view name_of(Grade grade) {
  return grade_names[static_cast<std::size_t>(grade)];
}

Grade Certificate::grade() const {
  if (method_ == Method::two_call) return Grade::c;
  for (const Verdict verdict : verdicts_) {
    if (verdict != Verdict::proved) return Grade::b;
  }
  return Grade::a;
}

std::expected<Certificate, Check> Certificate::Draft::issue() const {
  for (std::size_t i = 0; i < check_count; ++i) {
    const Check check = static_cast<Check>(i);
    const Verdict verdict = certificate_.verdict(check);
    const bool open = verdict == Verdict::unchecked ||
                      (verdict == Verdict::not_reported && must_be_proved(check));
    if (open || certificate_.method_ == Method::recorded) return std::unexpected(check);
  }
  return certificate_;
}

}  // namespace assay
