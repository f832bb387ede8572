#include "doctor/property_table.hpp"

#include <fmt/format.h>

namespace assay::doctor {
namespace {

Finding judge(const Evidence& evidence) {
  const Noise& noise = evidence.noise();
  Finding finding;
  if (noise.repeats == 0) {
    finding.evidence = "no text was answered twice";
    return finding;
  }
  if (noise.is_zero()) {
    finding.verdict = Verdict::pass;
    finding.evidence =
        fmt::format("{} answers repeat exactly: the noise floor is 0", noise.repeats);
    return finding;
  }
  const double sd = noise.log_weight_sd(Noise::response_tokens);
  finding.verdict = noise.is_small() ? Verdict::pass : Verdict::fail;
  finding.evidence =
      fmt::format("sd {:.2g} nats per token; of a log-weight at {:.0f} tokens {:.2g}",
                  noise.token_sd,
                  Noise::response_tokens,
                  sd);
  if (noise.growth)
    finding.evidence += fmt::format("; variance grows as tokens^{:.1f}", *noise.growth);
  return finding;
}

}  // namespace

constexpr Property noise_property{
    .name = "noise",
    .claim = "the same question gets nearly the same answer each time",
    .meaning =
        "Importance weights carry this noise; on long responses it drowns the difference of "
        "policies.",
    .advice = "Ask for deterministic kernels, or score each response several times.",
    .plan = nullptr,
    .judge = judge,
};

}  // namespace assay::doctor
