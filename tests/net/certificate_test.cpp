#include "net/caller.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace assay::net::testing {

namespace {

struct Met {
  std::string end;
  bool request_seen = false;  // a byte of it reached the server
};

Met meet(const Identity& identity,
         const std::string& host = "127.0.0.1",
         void (*change)(SSL_CTX*) = nullptr) {
  std::atomic<bool> request_seen = false;
  ScriptedServer server(
      &identity,
      [&request_seen](Peer& peer) {
        if (!peer.handshake() || peer.read_request().empty()) return;
        request_seen = true;
        peer.send(answer_of("{}"));
        peer.wait_for_close();
      },
      ScriptedServer::Mode::tls_by_script);
  if (change != nullptr) change(server.context());
  Caller caller(server.port(), host);
  Met met;
  met.end = name(caller.ask());
  met.request_seen = request_seen;
  return met;
}

std::string refusal(const Subject& subject, const std::string& host = "127.0.0.1") {
  const Met met = meet(World::get().authority.issue(subject), host);
  BOOST_TEST(!met.request_seen);
  return met.end;
}

// Certificates that a context has in memory.
int known_to(const TlsContext& context) {
  return sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context.native())));
}

// A client that trusts `ca_pem` and the system's file, which holds the authority of all the tests.
struct Systemwide {
  explicit Systemwide(const std::string& ca_pem) : ca(ca_pem) {
    auto opened =
        TlsContext::open({.cert_file = "", .cert_dir = "/nonexistent", .ca_file = ca.path()},
                         World::get().nobody.path());
    BOOST_REQUIRE(opened.has_value());
    context = *opened;
  }
  [[nodiscard]] std::string meet(const Identity& identity,
                                 const std::string& host = "127.0.0.1") const {
    ScriptedServer server(&identity, always(answer_of("{}")));
    return name(Caller(Caller::options_for(server.port(), host), context).ask());
  }

  TemporaryFile ca;
  std::shared_ptr<TlsContext> context;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(certificate)

BOOST_AUTO_TEST_CASE(a_good_certificate_is_accepted_by_address_and_by_name) {
  BOOST_TEST(meet(World::get().good, "127.0.0.1").end == "status 200");
  BOOST_TEST(meet(World::get().good, "localhost").end == "status 200");
}

BOOST_AUTO_TEST_CASE(expired_and_not_yet_valid_ones_are_refused) {
  BOOST_TEST(refusal({.valid_from_days = -10, .valid_to_days = -1}) ==
             "certificate: the certificate of 127.0.0.1 is refused: it has expired (certificate "
             "has expired)");
  BOOST_TEST(refusal({.valid_from_days = 1}).contains("it is not valid yet"));
}

BOOST_AUTO_TEST_CASE(one_for_another_host_is_refused) {
  BOOST_TEST(refusal({.alternative_names = "DNS:localhost"}).contains("it is for another host"));
  BOOST_TEST(refusal({.alternative_names = "IP:127.0.0.1"}, "localhost")
                 .contains("it is for another host"));
  BOOST_TEST(refusal({.alternative_names = "DNS:127.0.0.1"}).contains("it is for another host"));
  BOOST_TEST(refusal({.alternative_names = "DNS:example.com,DNS:localhost.evil.org"}, "localhost")
                 .contains("it is for another host"));
}

BOOST_AUTO_TEST_CASE(the_common_name_is_never_asked) {
  BOOST_TEST(refusal({.common_name = "localhost", .alternative_names = ""}, "localhost")
                 .contains("it is for another host"));
  BOOST_TEST(refusal({.common_name = "127.0.0.1", .alternative_names = ""})
                 .contains("it is for another host"));
}

BOOST_AUTO_TEST_CASE(partial_wildcards_are_refused) {
  BOOST_TEST(
      refusal({.alternative_names = "DNS:local*"}, "localhost").contains("it is for another host"));
  BOOST_TEST(
      refusal({.alternative_names = "DNS:*"}, "localhost").contains("it is for another host"));
}

BOOST_AUTO_TEST_CASE(another_authority_is_refused) {
  const Authority other;
  const Met met = meet(other.issue({}));
  BOOST_TEST(met.end.contains("its authority is unknown"));
  BOOST_TEST(!met.request_seen);
}

BOOST_AUTO_TEST_CASE(one_for_clients_is_refused) {
  BOOST_TEST(
      refusal({.extended_key_usage = "clientAuth"}).contains("it is not meant for a server"));
}

BOOST_AUTO_TEST_CASE(a_weak_key_is_refused) {
  const std::string end = refusal({.rsa_bits = 1024});
  BOOST_TEST(end.starts_with("certificate: "), end);
}

BOOST_AUTO_TEST_CASE(old_protocols_are_refused) {
  const Met met = meet(World::get().good, "127.0.0.1", [](SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
  });
  BOOST_TEST(met.end.starts_with("tls: TLS handshake failed"), met.end);
  BOOST_TEST(!met.request_seen);
}

BOOST_AUTO_TEST_CASE(tls_1_2_is_accepted) {
  const Met met = meet(World::get().good, "127.0.0.1", [](SSL_CTX* context) {
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
  });
  BOOST_TEST(met.end == "status 200");
}

BOOST_AUTO_TEST_CASE(a_cut_handshake_is_tls_and_a_refused_connection_is_connection) {
  std::uint16_t port = 0;
  {
    ScriptedServer server(
        &World::get().good,
        [](Peer& peer) {
          peer.wait_for_byte();
          peer.reset();
        },
        ScriptedServer::Mode::tls_by_script);
    port = server.port();
    BOOST_TEST(name(Caller(port).ask()) == "tls: the server cut the TLS handshake");
  }
  BOOST_TEST(name(Caller(port).ask()) == "connection: no connection: Connection refused");
}

BOOST_AUTO_TEST_CASE(a_server_without_tls_is_told_as_such) {
  ScriptedServer server(
      nullptr,
      [](Peer& peer) {
        peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.wait_for_close();
      },
      ScriptedServer::Mode::plain);
  BOOST_TEST(name(Caller(server.port()).ask()) ==
             "tls: the server does not speak TLS on this port");
}

BOOST_AUTO_TEST_CASE(names_are_sent_as_sni_and_addresses_are_not) {
  for (const char* host : {"localhost", "127.0.0.1"}) {
    std::string asked = "unset";
    ScriptedServer server(&World::get().good, always(answer_of("{}")));
    SSL_CTX_set_tlsext_servername_arg(server.context(), &asked);
    SSL_CTX_set_tlsext_servername_callback(
        server.context(), +[](SSL* ssl, int*, void* seen) {
          const char* sent = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
          *static_cast<std::string*>(seen) = sent == nullptr ? "" : sent;
          return SSL_TLSEXT_ERR_OK;
        });
    BOOST_TEST(name(Caller(server.port(), host).ask()) == "status 200");
    BOOST_TEST(asked == (host == std::string("localhost") ? "localhost" : ""));
  }
}

BOOST_AUTO_TEST_CASE(named_files_that_hold_no_certificate_are_config_errors) {
  const TemporaryFile junk("junk");
  for (const std::string& path : {std::string("/nonexistent/ca.pem"), junk.path()}) {
    const auto by_ca = TlsContext::open({.cert_file = "", .cert_dir = "", .ca_file = path});
    const auto by_environment =
        TlsContext::open({.cert_file = path, .cert_dir = "", .ca_file = ""});
    BOOST_REQUIRE(!by_ca.has_value());
    BOOST_REQUIRE(!by_environment.has_value());
    BOOST_CHECK(by_ca.error().code == Errc::config);
    BOOST_TEST(by_ca.error().detail.contains(path));
    BOOST_TEST(by_environment.error().detail.starts_with("SSL_CERT_FILE"));
  }
}

BOOST_AUTO_TEST_CASE(a_ca_file_adds_to_what_is_trusted) {
  const Authority other;
  const TemporaryFile theirs(other.pem());
  const auto context = TlsContext::open({.cert_file = World::get().nobody.path(),
                                         .cert_dir = "/nonexistent",
                                         .ca_file = theirs.path()});
  BOOST_REQUIRE(context.has_value());
  BOOST_TEST(known_to(**context) == 2);
}

BOOST_AUTO_TEST_CASE(the_systems_file_is_read_when_a_chain_is_refused_without_it) {
  const Authority other("another authority");
  const Systemwide client(other.pem());
  BOOST_TEST(client.meet(other.issue({})) == "status 200");
  BOOST_TEST(known_to(*client.context) == 1);
  BOOST_TEST(client.meet(World::get().good) == "status 200");
  BOOST_TEST(known_to(*client.context) == 2);
  BOOST_TEST(client.meet(World::get().good, "localhost") == "status 200");
  BOOST_TEST(known_to(*client.context) == 2);
}

BOOST_AUTO_TEST_CASE(the_systems_file_outdoes_an_expired_certificate_of_the_same_authority) {
  const Systemwide client(World::get().authority.expired_pem());
  BOOST_TEST(client.meet(World::get().good) == "status 200");
}

// Whoever it is that the client trusts, and wherever it looks.
BOOST_AUTO_TEST_CASE(what_is_refused_is_refused_in_the_same_words_whenever_the_file_is_read) {
  const Authority& ours = World::get().authority;
  const Authority other("another authority");
  const Subject wrong[]{{.alternative_names = "DNS:example.com"},
                        {.alternative_names = "IP:127.0.0.2"},
                        {.common_name = "127.0.0.1", .alternative_names = ""},
                        {.valid_from_days = -10, .valid_to_days = -1},
                        {.valid_from_days = 1},
                        {.extended_key_usage = "clientAuth"},
                        {.rsa_bits = 1024}};
  for (const Subject& subject : wrong) {
    const Identity identity = ours.issue(subject);
    const std::string refused = meet(identity).end;
    BOOST_TEST(refused.starts_with("certificate: "), refused);
    BOOST_TEST(Systemwide(other.pem()).meet(identity) == refused);
    BOOST_TEST(Systemwide(ours.pem()).meet(identity) == refused);
  }
  const Authority unknown;  // of our authority's name, with a key of its own
  BOOST_TEST(Systemwide(other.pem()).meet(unknown.issue({})) == meet(unknown.issue({})).end);
  const Authority stranger("a stranger");
  BOOST_TEST(Systemwide(other.pem()).meet(stranger.issue({})) == meet(stranger.issue({})).end);
}

BOOST_AUTO_TEST_CASE(a_session_that_needed_the_systems_file_is_resumed) {
  const Authority other("another authority");
  const Systemwide client(other.pem());
  ScriptedServer server(
      &World::get().good,
      always("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"));
  Caller caller(Caller::options_for(server.port()), client.context);
  for (int i = 0; i < 5; ++i) BOOST_TEST(name(caller.ask()) == "status 200");
  BOOST_TEST(server.resumed() == 4U);
}

// Nothing else can vouch for a chain there: better at the start than within a handshake.
BOOST_AUTO_TEST_CASE(the_systems_file_is_read_at_once_where_there_is_nothing_else) {
  const auto context = TlsContext::open(
      {.cert_file = "", .cert_dir = "/nonexistent", .ca_file = ""}, World::get().ca.path());
  BOOST_REQUIRE(context.has_value());
  BOOST_TEST(known_to(**context) == 1);
}

std::vector<std::string> suites_of(SSL_CTX* context) {
  std::vector<std::string> suites;
  const auto* ciphers = SSL_CTX_get_ciphers(context);
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i)
    suites.emplace_back(SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, i)));
  return suites;
}

BOOST_AUTO_TEST_CASE(keys_of_128_bits_are_asked_for_first_and_nothing_is_added) {
  const auto context = TlsContext::open({.cert_file = "", .cert_dir = "", .ca_file = ""});
  BOOST_REQUIRE(context.has_value());
  std::vector<std::string> ours = suites_of((*context)->native());
  BOOST_TEST(ours.front() == "TLS_AES_128_GCM_SHA256");
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> plain(SSL_CTX_new(TLS_client_method()),
                                                                SSL_CTX_free);
  SSL_CTX_set_security_level(plain.get(), 2);
  std::vector<std::string> theirs = suites_of(plain.get());
  std::ranges::sort(ours);
  std::ranges::sort(theirs);
  BOOST_TEST(ours == theirs, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_system_without_a_file_trusts_nobody) {
  const auto context = TlsContext::open(
      {.cert_file = "", .cert_dir = "/nonexistent", .ca_file = ""}, "/nonexistent/system.pem");
  BOOST_REQUIRE(context.has_value());
  ScriptedServer server(&World::get().good, always(answer_of("{}")));
  BOOST_TEST(name(Caller(Caller::options_for(server.port()), *context).ask())
                 .contains("its authority is unknown"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net::testing
