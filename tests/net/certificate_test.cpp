#include "net/caller.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

#include <string>

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
  BOOST_TEST(X509_STORE_get0_objects(SSL_CTX_get_cert_store((*context)->native())) != nullptr);
  BOOST_TEST(sk_X509_OBJECT_num(
                 X509_STORE_get0_objects(SSL_CTX_get_cert_store((*context)->native()))) == 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::net::testing
