// An honest endpoint has every property; each lie is found out by the property that is named after
// it. The endpoint is on paper, so the verdicts are those of the pure part alone.

#include "doctor/paper_endpoint.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

namespace assay::test {
namespace {

using doctor::Verdict;

// Whether `property` is among those that fail, and the examination says so as a whole.
void check_caught(PaperLie lie, std::string_view property) {
  PaperEndpoint endpoint(std::move(lie));
  const auto diagnosis = examine(endpoint);
  BOOST_TEST(!diagnosis.holds());
  BOOST_TEST((finding_of(diagnosis, property).verdict == Verdict::fail),
             property << " holds; these fail: " << failures_of(diagnosis));
}

void for_each_value(PaperAnswer& answer, const std::function<double(double)>& change) {
  for (PaperChoice& choice : answer.choices) {
    for (auto& nats : choice.nats) {
      if (nats) nats = change(*nats);
    }
  }
}

// Normal, by the sum of twelve.
double gauss(Rng& rng) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += rng.uniform();
  return sum;
}

PaperLie noise(std::uint64_t seed, double sd) {
  return [rng = Rng(seed), sd](const PaperRequest&, PaperAnswer& answer) mutable {
    for_each_value(answer, [&](double nats) { return std::min(0.0, nats + sd * gauss(rng)); });
  };
}

BOOST_AUTO_TEST_SUITE(examination)

BOOST_AUTO_TEST_CASE(an_honest_endpoint_fails_nothing_and_is_asked_about_all) {
  PaperEndpoint endpoint;
  const auto diagnosis = examine(endpoint, "paper-too");
  BOOST_TEST(failures_of(diagnosis) == "");
  for (const auto& [property, finding] : diagnosis.entries) {
    BOOST_TEST((finding.verdict == Verdict::pass), property->name << ": " << finding.evidence);
    BOOST_TEST(!finding.p_value.has_value(), property->name);
  }
  BOOST_TEST(diagnosis.noise.is_zero());
  BOOST_TEST(diagnosis.fingerprint == "fp_paper");
}

BOOST_AUTO_TEST_CASE(an_honest_endpoint_with_noise_fails_once_in_a_thousand_at_most) {
  int failed = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    PaperEndpoint endpoint(noise(seed, 1e-3));
    const auto diagnosis = examine(endpoint);
    if (!diagnosis.holds()) ++failed;
    BOOST_TEST(finding_of(diagnosis, "suffix").p_value.has_value());
  }
  // Two in 40 at a rate of 0.001 has a chance of less than 0.001.
  BOOST_TEST(failed <= 1);
}

BOOST_AUTO_TEST_CASE(values_shifted_to_the_right_are_no_distribution) {
  check_caught(
      [](const PaperRequest&, PaperAnswer& answer) {
        for (PaperChoice& choice : answer.choices) {
          for (std::size_t i = choice.nats.size(); i-- > 2;) choice.nats[i] = choice.nats[i - 1];
        }
      },
      "normalisation");
}

BOOST_AUTO_TEST_CASE(values_shifted_to_the_left_do_not_add_up) {
  const auto shifted = [](const PaperRequest&, PaperAnswer& answer) {
    for (PaperChoice& choice : answer.choices) {
      for (std::size_t i = 1; i + 1 < choice.nats.size(); ++i) choice.nats[i] = choice.nats[i + 1];
    }
  };
  check_caught(shifted, "additivity");
  check_caught(shifted, "suffix");
}

BOOST_AUTO_TEST_CASE(a_cache_that_leaks_shows_in_the_order) {
  check_caught(
      [seen = std::set<std::string>()](const PaperRequest& request, PaperAnswer& answer) mutable {
        if (seen.insert(request.prompts.front()).second) return;
        for_each_value(answer, [](double nats) { return nats * 1.001; });
      },
      "order");
}

BOOST_AUTO_TEST_CASE(scaling_by_temperature_or_top_p_is_seen) {
  check_caught(
      [](const PaperRequest& request, PaperAnswer& answer) {
        for_each_value(answer,
                       [&](double nats) { return nats / std::max(request.temperature, 0.1); });
      },
      "sampling");
  check_caught(
      [](const PaperRequest& request, PaperAnswer& answer) {
        for_each_value(answer, [&](double nats) { return nats * request.top_p; });
      },
      "sampling");
}

BOOST_AUTO_TEST_CASE(a_stream_of_other_values_is_seen) {
  PaperEndpoint endpoint([](const PaperRequest& request, PaperAnswer& answer) {
    if (request.streamed) for_each_value(answer, [](double nats) { return nats * 1.01; });
  });
  BOOST_TEST(failures_of(examine(endpoint)) == "stream");
}

BOOST_AUTO_TEST_CASE(values_that_hang_on_max_tokens_are_seen) {
  check_caught(
      [](const PaperRequest& request, PaperAnswer& answer) {
        if (request.max_tokens > 1) for_each_value(answer, [](double nats) { return nats - 1e-4; });
      },
      "shape");
}

BOOST_AUTO_TEST_CASE(swapped_and_doubled_choices_are_seen) {
  check_caught(
      [](const PaperRequest&, PaperAnswer& answer) {
        if (answer.choices.size() > 1) std::swap(answer.choices[0], answer.choices[1]);
      },
      "batching");
  check_caught(
      [](const PaperRequest&, PaperAnswer& answer) {
        if (answer.choices.size() > 1) answer.choices[1] = answer.choices[0];
      },
      "batching");
  // The texts right, the values swapped.
  check_caught(
      [](const PaperRequest&, PaperAnswer& answer) {
        if (answer.choices.size() > 1)
          for_each_value(answer, [](double nats) { return nats * 0.9; });
      },
      "batching");
}

BOOST_AUTO_TEST_CASE(a_response_scored_without_its_prompt_is_seen) {
  check_caught(
      [](const PaperRequest&, PaperAnswer& answer) {
        // Each token by itself: its first byte after a space, whatever stands before.
        for (PaperChoice& choice : answer.choices) {
          for (std::size_t i = 1; i < choice.tokens.size(); ++i)
            choice.nats[i] = paper_nats({" ", choice.tokens[i]})[1];
        }
      },
      "conditioning");
}

BOOST_AUTO_TEST_CASE(generation_by_another_distribution_is_seen) {
  check_caught(
      [](const PaperRequest&, PaperAnswer& answer) {
        for (PaperChoice& choice : answer.choices) {
          for (std::size_t i = choice.nats.size() - choice.generated; i < choice.nats.size(); ++i)
            *choice.nats[i] *= 0.5;
        }
      },
      "greedy");
}

BOOST_AUTO_TEST_CASE(values_that_are_none_are_seen) {
  const auto with = [](std::optional<double> value) {
    return [value](const PaperRequest&, PaperAnswer& answer) {
      for (PaperChoice& choice : answer.choices) choice.nats[choice.nats.size() / 2] = value;
    };
  };
  check_caught(with(std::nullopt), "values");
  check_caught(with(-9999.0), "values");
  check_caught(with(0.25), "values");
}

BOOST_AUTO_TEST_CASE(an_echo_of_something_else_is_seen) {
  check_caught(
      [](const PaperRequest&, PaperAnswer& answer) {
        for (PaperChoice& choice : answer.choices) {
          choice.tokens.erase(choice.tokens.begin());
          choice.nats.erase(choice.nats.begin() + 1);
        }
      },
      "echo");
}

BOOST_AUTO_TEST_CASE(another_model_and_a_changing_fingerprint_are_seen) {
  check_caught([](const PaperRequest&, PaperAnswer& answer) { answer.model = "paper-lite"; },
               "model");
  check_caught(
      [count = 0](const PaperRequest&, PaperAnswer& answer) mutable {
        answer.fingerprint = ++count % 2 == 0 ? "fp_a" : "fp_b";
      },
      "model");
}

BOOST_AUTO_TEST_CASE(a_hidden_token_on_the_bill_is_seen) {
  check_caught([](const PaperRequest&, PaperAnswer& answer) { ++answer.prompt_tokens; }, "usage");
}

BOOST_AUTO_TEST_CASE(a_long_prompt_that_lost_its_middle_is_seen) {
  check_caught(
      [](const PaperRequest&, PaperAnswer& answer) {
        for (PaperChoice& choice : answer.choices) {
          if (choice.tokens.size() > 800)
            for (std::size_t i = 50; i < choice.tokens.size(); ++i)
              choice.nats[i] = *choice.nats[i] - 0.01;
        }
      },
      "truncation");
}

BOOST_AUTO_TEST_CASE(text_that_is_normalised_is_seen) {
  check_caught(
      [](const PaperRequest&, PaperAnswer& answer) {
        for (PaperChoice& choice : answer.choices) {
          std::erase(choice.text, '\r');
          for (std::string& token : choice.tokens) {
            if (token == "\r") token = "";
          }
        }
      },
      "text");
}

BOOST_AUTO_TEST_CASE(tokens_over_every_seam_are_seen) {
  check_caught(
      [](const PaperRequest&, PaperAnswer& answer) {
        for (PaperChoice& choice : answer.choices) {
          choice.tokens = {choice.text.substr(0, choice.text.size() - 1),
                           choice.text.substr(choice.text.size() - 1)};
          choice.nats = {std::nullopt, -1.0};
          answer.prompt_tokens = 1;
        }
      },
      "seam");
}

BOOST_AUTO_TEST_CASE(a_second_name_of_another_model_is_seen) {
  PaperEndpoint endpoint([](const PaperRequest& request, PaperAnswer& answer) {
    if (request.model == "double") for_each_value(answer, [](double nats) { return nats * 1.01; });
  });
  const auto diagnosis = examine(endpoint, "double");
  BOOST_TEST(failures_of(diagnosis) == "clone");
}

BOOST_AUTO_TEST_CASE(much_noise_is_a_failure_of_its_own) {
  check_caught(noise(3, 0.05), "noise");
}

BOOST_AUTO_TEST_CASE(a_lie_larger_than_the_noise_is_found_with_its_p_value) {
  const auto lie = [rng = Rng(5)](const PaperRequest& request, PaperAnswer& answer) mutable {
    const double scale = request.top_p < 0.5 ? 1.02 : 1.0;
    for_each_value(answer,
                   [&](double nats) { return std::min(0.0, nats * scale + 1e-4 * gauss(rng)); });
  };
  PaperEndpoint endpoint(lie);
  const auto diagnosis = examine(endpoint);
  BOOST_TEST(failures_of(diagnosis) == "sampling");
  BOOST_TEST(finding_of(diagnosis, "sampling").p_value.value() < 1e-6);
}

BOOST_AUTO_TEST_CASE(the_effort_stated_first_is_never_exceeded) {
  const wire::Dialect& dialect = *wire::find_dialect("openai");
  const doctor::Effort effort = doctor::effort_of({.dialect = &dialect, .model = "paper"});
  std::size_t asked = 0;
  PaperEndpoint endpoint([&](const PaperRequest&, PaperAnswer&) { ++asked; });
  static_cast<void>(examine(endpoint));
  BOOST_TEST(asked <= effort.requests);
  BOOST_TEST(asked > 100u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace assay::test
