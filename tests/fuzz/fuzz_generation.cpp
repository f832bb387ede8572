// Every dialect's reader of generated texts on any answer: a text or a failure with its reason.

#include "fuzz/fuzz_input.hpp"

using assay::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = assay::fuzz::parse(data, size);
  if (!input) return -1;
  static assay::wire::Scratch scratch;
  assay::wire::GenerateReading reading;
  assay::wire::GenerateCall call{.model = "m", .context = input->texts.front()};
  input->dialect->read_generation(call, input->answer(), scratch, reading);
  if (!reading.outcome) {
    must(!reading.outcome.error().reason.empty());
    return 0;
  }
  must(input->status == 200);
  must(assay::is_utf8(reading.outcome->text));
  for (const auto& token : reading.outcome->tokens) must(token.nats <= 1e-6);
  return 0;
}
