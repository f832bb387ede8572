#include "config/schema.hpp"

#include <string>
#include <string_view>

namespace assay::config {

std::string starter(std::string_view schema) {
  std::string text = "# yaml-language-server: $schema=";
  text += schema;
  text += R"(
# What Assay is to score, where, and at what cost. Every key: assay config schema.
# A flag wins over an ASSAY_* variable, that over this file: assay config show --origin.

run:
  dir: runs/first            # created; the same command goes on where it stopped
  seed: 7
  detail: standard           # minimal, standard, detailed, debug
  max_failure_rate: 0.01     # more rows without a score than this: exit code 3

data:
  path: samples.jsonl        # one {"id", "prompt", "response"} a line, or a directory of CJE files
  format: auto

endpoints:
  - name: local
    dialect: openai
    base_url: https://127.0.0.1:8443/v1
    api_key_env: ASSAY_TEACHER_KEY   # the variable's name; a key never stands here
    ca_file: teacher-ca.pem          # only for a private authority
    limits:
      requests_per_minute: auto      # learnt from the provider's headers, or a number
      tokens_per_minute: auto
      concurrency: auto
    price:                           # needed for a cap in dollars
      input_usd_per_million: 0.20
      output_usd_per_million: 0.20

policies:
  - name: base
    model: teacher-base
    endpoints: [local]
  - name: terse
    model: teacher-base
    endpoints: [local]
    template: chatml
    system_prompt: "Be brief."

logging_policy: base

budget:                      # over all resumes; what is reached first ends the run, saved
  usd: 25
  wall: 2h
)";
  return text;
}

}  // namespace assay::config
