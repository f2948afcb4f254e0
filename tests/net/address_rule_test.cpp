#include "net/address_rule.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

std::string verdict(const char* text, AddressRule rule) {
    return refused_as(boost::asio::ip::make_address(text), rule);
}

}  // namespace

TEST_CASE("no special-purpose address is public, in any wrapping") {
    for (const char* text :
         {"0.0.0.0",
          "0.255.255.255",
          "10.0.0.1",
          "10.255.255.255",
          "100.64.0.1",
          "100.127.255.255",
          "127.0.0.1",
          "127.255.255.254",
          "169.254.169.254",
          "172.16.0.1",
          "172.31.255.255",
          "192.0.0.1",
          "192.0.2.1",
          "192.88.99.1",
          "192.168.1.1",
          "198.18.0.1",
          "198.19.255.255",
          "198.51.100.1",
          "203.0.113.1",
          "224.0.0.1",
          "239.255.255.255",
          "240.0.0.1",
          "255.255.255.255",
          "::",
          "::1",
          "::7f00:1",
          "::ffff:127.0.0.1",
          "::ffff:10.0.0.1",
          "::ffff:169.254.169.254",
          "64:ff9b::7f00:1",
          "64:ff9b::a00:1",
          "64:ff9b:1::1",
          "100::1",
          "2001::1",
          "2001:1ff::1",
          "2001:db8::1",
          "2002:7f00:1::",
          "2002:a9fe:a9fe::",
          "fc00::1",
          "fdff::1",
          "fd00:ec2::254",
          "fe80::1",
          "febf::1",
          "fec0::1",
          "ff02::1"}) {
        INFO(text);
        CHECK_FALSE(verdict(text, AddressRule::public_only).empty());
    }
}

TEST_CASE("public addresses are allowed, those beside a special range too") {
    for (const char* text :
         {"1.1.1.1",         "9.255.255.255",    "11.0.0.0",      "100.63.255.255",
          "100.128.0.0",     "126.0.0.1",        "128.0.0.1",     "169.253.0.1",
          "169.255.0.1",     "172.15.255.255",   "172.32.0.0",    "192.0.1.1",
          "192.167.0.1",     "192.169.0.1",      "198.17.0.1",    "198.20.0.1",
          "223.255.255.255", "2606:4700::1111",  "2a00:1450::1",  "2001:200::1",
          "::ffff:8.8.8.8",  "64:ff9b::808:808", "2002:808:808::"}) {
        INFO(text);
        CHECK(verdict(text, AddressRule::public_only).empty());
    }
}

TEST_CASE("the operator's word covers everything but metadata addresses") {
    for (const char* text : {"127.0.0.1", "10.0.0.1", "::1", "fd00::1", "192.168.0.1", "fe80::1"})
        CHECK(verdict(text, AddressRule::any_but_metadata).empty());
    for (const char* text :
         {"169.254.169.254",
          "169.254.0.1",
          "::ffff:169.254.169.254",
          "64:ff9b::a9fe:a9fe",
          "2002:a9fe:a9fe::1",
          "fd00:ec2::254"})
        CHECK_FALSE(verdict(text, AddressRule::any_but_metadata).empty());
}

TEST_CASE("the host of a URL says by itself that it is private, or says nothing") {
    for (const char* host : {"localhost", "127.0.0.1", "10.1.2.3", "[::1]", "[fd00::1]"})
        CHECK(is_private_host(host));
    for (const char* host :
         {"mfa.example", "8.8.8.8", "[2001:4860:4860::8888]", "", "10.mfa.example"})
        CHECK_FALSE(is_private_host(host));
}
