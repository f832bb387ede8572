// The built-in chat templates, as data. A checkpoint's own template wins over this list: compare
// before a long run. Source: providers.md, section 7 (as of 2026-11-20).

#include "wire/template.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::wire {
namespace {

// The same text around every role's turns, but for the name of the role.
struct Frame {
  std::string_view before, after_role, after;
  std::string_view assistant = "assistant";
};

Template framed(std::string name, const Frame& frame) {
  const auto prefix = [&](std::string_view role) {
    return std::string(frame.before).append(role).append(frame.after_role);
  };
  Template form;
  form.name = std::move(name);
  form.system_prefix = prefix("system");
  form.user_prefix = prefix("user");
  form.assistant_prefix = form.opening = prefix(frame.assistant);
  form.system_suffix = form.user_suffix = form.assistant_suffix = frame.after;
  form.end_of_turn = frame.after.substr(0, frame.after.find('\n'));
  return form;
}

Template plain() {
  Template form;
  form.name = "none";
  form.between = "\n\n";
  form.plain = true;
  return form;
}

Template chatml(std::string name) {
  return framed(std::move(name), {"<|im_start|>", "\n", "<|im_end|>\n"});
}

Template qwen(std::string name, std::string_view think) {
  Template form = chatml(std::move(name));
  form.opening += think;
  return form;
}

Template qwen25() {
  Template form = chatml("qwen2.5");
  form.system_default = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.";
  return form;
}

Template llama3(std::string name) {
  Template form =
      framed(std::move(name), {"<|start_header_id|>", "<|end_header_id|>\n\n", "<|eot_id|>"});
  form.bos = "<|begin_of_text|>";
  form.trims_text = true;
  return form;
}

// From 3.1 on the system block is always there and holds two dates. The second is the renderer's
// today in 3.2 where it knows the time; here it is pinned, since a context that changes with the
// day is another policy each day.
Template llama31(std::string name) {
  Template form = llama3(std::move(name));
  form.system_preamble = "Cutting Knowledge Date: December 2023\nToday Date: {date}\n\n";
  form.date_default = "26 Jul 2024";
  return form;
}

Template llama4() {
  Template form = framed("llama-4", {"<|header_start|>", "<|header_end|>\n\n", "<|eot|>"});
  form.bos = "<|begin_of_text|>";
  return form;
}

// The generations of Mistral differ in blanks and in where a system prompt goes. `blank` stands
// inside the brackets.
Template mistral(std::string name,
                 std::string_view before,
                 std::string_view blank,
                 SystemPlace place) {
  Template form;
  form.name = std::move(name);
  form.bos = "<s>";
  form.system_place = place;
  form.user_prefix = std::string(before) + "[INST]" + std::string(blank);
  form.user_suffix = std::string(blank) + "[/INST]";
  form.assistant_prefix = blank;
  form.assistant_suffix = form.end_of_turn = "</s>";
  form.alternates = true;
  return form;
}

Template mistral7(std::string name, std::string_view blank) {
  Template form = mistral(std::move(name), "", blank, SystemPlace::block);
  form.user_suffix = "[/INST]";
  form.system_prefix = "[SYSTEM_PROMPT]" + std::string(blank);
  form.system_suffix = "[/SYSTEM_PROMPT]";
  return form;
}

Template gemma(std::string name, SystemPlace place) {
  Template form = framed(std::move(name), {"<start_of_turn>", "\n", "<end_of_turn>\n", "model"});
  form.bos = "<bos>";
  form.system_place = place;
  form.trims_text = true;
  form.alternates = true;
  return form;
}

Template gemma4(std::string name, std::string_view think) {
  Template form = framed(std::move(name), {"<|turn>", "\n", "<turn|>\n", "model"});
  form.bos = "<bos>";
  form.opening += think;
  return form;
}

// With U+FF5C and U+2581.
Template deepseek(std::string name, std::string_view think) {
  Template form;
  form.name = std::move(name);
  form.bos = "<\uff5cbegin\u2581of\u2581sentence\uff5c>";
  form.user_prefix = "<\uff5cUser\uff5c>";
  form.assistant_prefix = form.opening = "<\uff5cAssistant\uff5c>";
  form.opening += think;
  form.assistant_suffix = form.end_of_turn = "<\uff5cend\u2581of\u2581sentence\uff5c>";
  return form;
}

// Scores a final answer; what the system is told goes into a developer turn, behind a fixed system
// turn with the date.
Template gpt_oss() {
  Template form;
  form.name = "gpt-oss";
  form.head =
      "<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.\n"
      "Knowledge cutoff: 2024-06\nCurrent date: {date}\n\nReasoning: medium\n\n"
      "# Valid channels: analysis, commentary, final. Channel must be included for every message."
      "<|end|>";
  form.system_prefix = "<|start|>developer<|message|># Instructions\n\n";
  form.user_prefix = "<|start|>user<|message|>";
  form.assistant_prefix = form.opening = "<|start|>assistant<|channel|>final<|message|>";
  form.system_suffix = form.user_suffix = form.assistant_suffix = "<|end|>";
  form.end_of_turn = "<|return|>";
  return form;
}

Template phi4() {
  return framed("phi-4", {"<|im_start|>", "<|im_sep|>", "<|im_end|>"});
}

std::vector<Template> table() {
  using enum SystemPlace;
  constexpr std::string_view no_thought = "<think>\n\n</think>\n\n";
  return {plain(),
          chatml("chatml"),
          llama3("llama-3"),
          llama31("llama-3.1"),
          llama31("llama-3.2"),
          llama31("llama-3.3"),
          llama4(),
          qwen25(),
          qwen("qwen3", no_thought),
          qwen("qwen3-thinking", ""),
          qwen("qwen3.5", no_thought),
          qwen("qwen3.5-thinking", "<think>\n"),
          mistral("mistral-v1", " ", " ", first_user),
          mistral("mistral-v3", "", " ", last_user),
          mistral("mistral-tekken", "", "", last_user),
          mistral7("mistral-v7", " "),
          mistral7("mistral-v7-tekken", ""),
          gemma("gemma-2", nowhere),
          gemma("gemma-3", first_user),
          gemma4("gemma-4", "<|channel>thought\n<channel|>"),
          gemma4("gemma-4-thinking", ""),
          deepseek("deepseek-v3", ""),
          deepseek("deepseek-r1", "<think>\n"),
          gpt_oss(),
          phi4()};
}

}  // namespace

std::span<const Template> templates() {
  static const std::vector<Template> built_in = table();
  return built_in;
}

}  // namespace assay::wire
