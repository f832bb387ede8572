#include "teacher/chat_prompt.hpp"

namespace assay::teacher {

Verdict read_blocks(const Element& value, std::string& out) {
  if (value.is_string()) {
    std::string text;
    auto verdict = read_string(value, text);
    out += text;
    return verdict;
  }
  simdjson::dom::array blocks;
  if (value.get(blocks) != simdjson::SUCCESS) return no("is neither a string nor blocks");
  for (const auto block : blocks) {
    std::string_view text;
    if (block["text"].get(text) != simdjson::SUCCESS) return no("holds a block that is not text");
    out += text;
  }
  return {};
}

Verdict read_messages(const Element& value, FieldContext& context) {
  simdjson::dom::array messages;
  if (value.get(messages) != simdjson::SUCCESS || messages.size() == 0)
    return no("is not an array of messages");
  for (const auto message : messages) {
    ChatTurn turn;
    std::string_view role;
    Element content;
    if (message["role"].get(role) != simdjson::SUCCESS) return no("holds a message without role");
    if (message["content"].get(content) != simdjson::SUCCESS)
      return no("holds a message without content");
    turn.role = role;
    if (auto verdict = read_blocks(content, turn.text); !verdict) return verdict;
    context.request.turns.push_back(std::move(turn));
  }
  return {};
}

void render_chat(CompletionRequest& request, const Vocabulary& vocabulary) {
  auto& prompt = request.prompts.emplace_back();
  const auto turn = [&prompt](std::string_view role, std::string_view text) {
    prompt.text.append("<|im_start|>").append(role).append("\n").append(text);
    prompt.text.append("<|im_end|>\n");
  };
  if (!request.system.empty()) turn("system", request.system);
  for (const auto& given : request.turns) turn(given.role, given.text);
  prompt.text += "<|im_start|>assistant\n";
  vocabulary.encode(prompt.text, prompt.tokens);
}

}  // namespace assay::teacher
