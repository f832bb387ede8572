#include "cli/help.hpp"

#include "cli/version.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

constexpr std::string_view overview_text =
    R"(assay: what did the model really say, and can that number be believed?

Scores log P(response | prompt, policy) for tens of thousands of given responses under several
policies over a provider's HTTPS API. Every score is proved or refused, a killed run resumes to
the same results, and the estimation pass says when a number must not be believed.

Usage: assay <command> [options]

  Try it           demo       the whole job on the embedded provider, in under a minute
                   teacher    the embedded provider: a small language model behind HTTPS
  Do the work      score      log-probabilities of given responses under given policies
                   estimate   what the policies are worth, from a run or from recorded data
  Before           plan       what a run would take and cost; nothing is sent
                   doctor     can this endpoint's log-probs be believed? issues a certificate
                   bench      how fast an endpoint really is, within its limits
                   config     show, check or start a configuration
  Afterwards       failures   what failed and why, and what can be done
                   audit      prove from the journal that the budget was kept
                   journal    verify, print, export, merge or repair a run's journal
                   help       this page; `assay help <command>`; `assay help exit-codes`
                   version    version and commit

A first score needs no file:
  assay score -i data.jsonl -o runs/first --base-url https://api.example.com/v1 \
              --model my-model --api-key-env MY_KEY --max-cost 5 --unverified
  assay estimate runs/first

Keys come from the environment, never from a flag. Interrupt with Ctrl-C: what was paid for is
on disk, and the same command goes on where it stopped.
)";

constexpr std::string_view exit_codes_text =
    R"(Exit codes, stable; resumable means that the same command goes on where this run stopped.

    0   complete
    1   a bug in assay: please report the line it printed
    2   the command line or the configuration is wrong
    3   complete, but more items are missing than max_failure_rate tolerates       resumable
    4   the budget is reached: raise it and run the same command                   resumable
    5   the time limit is reached                                                  resumable
    6   the provider refuses for good (key, quota, model, certificate)             resumable
    7   the provider is unavailable, try again later                               resumable
    8   a verification the command was asked for did not hold
    9   the journal is damaged or locked, or the disk is full                      resumable
                                                                   (damage: see journal repair)
   10   the input data are invalid: nothing was sent
  130   interrupted by SIGINT, state saved                                         resumable
  143   ended by SIGTERM, state saved                                              resumable
)";

}  // namespace

std::string overview() {
  return std::string(overview_text);
}

std::string version_text() {
  return fmt::format("assay {} (commit {}, {}, {})", version, commit, compiler, build_type);
}

std::string help_topic(std::string_view topic) {
  return topic == "exit-codes" ? std::string(exit_codes_text) : std::string();
}

}  // namespace assay::cli
