#include "teacher/authority.hpp"

#include "teacher/client.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

namespace assay::teacher {

BOOST_AUTO_TEST_SUITE(authority)

BOOST_AUTO_TEST_CASE(it_is_kept_between_starts) {
  const test::TemporaryDirectory directory;
  const auto first = Authority::at(directory.path());
  BOOST_REQUIRE(first.has_value());
  const auto size = std::filesystem::file_size(first->ca_file());
  const auto written = std::filesystem::last_write_time(directory.path() / "authority.pem");
  const auto second = Authority::at(directory.path());
  BOOST_REQUIRE(second.has_value());
  BOOST_TEST(std::filesystem::file_size(second->ca_file()) == size);
  BOOST_TEST((std::filesystem::last_write_time(directory.path() / "authority.pem") == written));
}

BOOST_AUTO_TEST_CASE(its_key_is_for_the_owner_only) {
  const test::TemporaryDirectory directory;
  BOOST_REQUIRE(Authority::at(directory.path()).has_value());
  struct stat status{};
  BOOST_REQUIRE(::stat((directory.path() / "authority.pem").c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 077) == 0u);
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_not_there_is_an_error) {
  const auto authority = Authority::at("/nonexistent/teacher");
  BOOST_REQUIRE(!authority.has_value());
  BOOST_TEST((authority.error().code == Errc::io));
}

BOOST_AUTO_TEST_CASE(a_client_that_verifies_refuses_each_wrong_certificate) {
  for (const auto kind : {CertificateKind::expired,
                          CertificateKind::not_yet_valid,
                          CertificateKind::wrong_host,
                          CertificateKind::self_signed}) {
    ServerOptions options;
    options.certificate = kind;
    test::ServerFixture teacher(std::move(options));
    BOOST_CHECK_THROW(test::Client client(teacher.server()), std::exception);
  }
  test::ServerFixture teacher;
  BOOST_CHECK_NO_THROW(test::Client client(teacher.server()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace assay::teacher
