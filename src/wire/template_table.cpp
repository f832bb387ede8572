// The built-in chat templates, as data.

#include "wire/template.hpp"

#include <vector>

namespace assay::wire {
namespace {

Template plain() {
  Template form;
  form.name = "none";
  form.between = "\n\n";
  form.plain = true;
  return form;
}

// <|im_start|>role\ntext<|im_end|>\n, then the assistant's opening.
Template chatml() {
  Template form;
  form.name = "chatml";
  form.system_prefix = "<|im_start|>system\n";
  form.user_prefix = "<|im_start|>user\n";
  form.assistant_prefix = "<|im_start|>assistant\n";
  form.system_suffix = form.user_suffix = form.assistant_suffix = "<|im_end|>\n";
  form.opening = "<|im_start|>assistant\n";
  form.end_of_turn = "<|im_end|>";
  return form;
}

}  // namespace

std::span<const Template> templates() {
  static const std::vector<Template> table{plain(), chatml()};
  return table;
}

}  // namespace assay::wire
