#include "base/crypto.hpp"

#include <utility>

#include <catch2/catch.hpp>

using namespace spokeswatch;

TEST_CASE("SHA-256 gives the digests of FIPS 180") {
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256("abc").size() == 32);
}

TEST_CASE("HMAC-SHA-256 gives the codes of RFC 4231, for empty and long keys too") {
    CHECK(
        hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    CHECK(
        hex(hmac_sha256(
            std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"
        )) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
    CHECK(
        hex(hmac_sha256({}, {})) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
    );
}

TEST_CASE("base64 is RFC 4648 in both directions") {
    const std::pair<const char*, const char*> pairs[] = {
        {"", ""},
        {"f", "Zg=="},
        {"hi", "aGk="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfd", "//79"},
    };
    for (const auto& [bytes, text] : pairs) {
        CHECK(base64(bytes) == text);
        CHECK(base64_decode(text) == bytes);
    }
    const std::string all = random_bytes(1000);
    CHECK(base64_decode(base64(all)) == all);
}

TEST_CASE("base64 may lack its padding, and nothing else") {
    CHECK(base64_decode("Zg") == "f");
    CHECK(base64_decode("aGk") == "hi");
    for (const char* text :
         {"Z", "Zg=", "Zm8==", "Zm9v=", "====", "Zm 9v", "Zm9v\n", "Zm_v", "Z=g="})
        CHECK_FALSE(base64_decode(text));
}

TEST_CASE("hex writes two lower-case digits for each byte") {
    CHECK(hex(std::string("\x00\x0f\xff", 3)) == "000fff");
}

TEST_CASE("random bytes differ from call to call") {
    CHECK(random_bytes(16).size() == 16);
    CHECK(random_bytes(16) != random_bytes(16));
    CHECK(random_bytes(0).empty());
}

TEST_CASE("the comparison in constant time says what == says") {
    CHECK(equal_constant_time("abc", "abc"));
    CHECK(equal_constant_time("", ""));
    CHECK_FALSE(equal_constant_time("abc", "abd"));
    CHECK_FALSE(equal_constant_time("abc", "ab"));
}
