package io.discovery.auth.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.testing.TestIssuer;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of an issuer's text that are used, and those that are not. */
class JsonWebKeysTest {

    /** RFC 7517, appendix A.1, an example of a curve and a length. */
    private static final String RFC_7517 = "{\"keys\": [{\"kty\": \"EC\", \"crv\": \"P-256\","
            + " \"x\": \"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","
            + " \"y\": \"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\", \"use\": \"enc\", \"kid\": \"1\"}]}";

    private static final TestIssuer ISSUER = new TestIssuer("RS256", "ES256");

    private static JsonWebKeys parse(String text) {
        return JsonWebKeys.parse(text.getBytes(UTF_8));
    }

    private String withFirst(Map<String, Object> change) {
        return changed(key -> key.putAll(change));
    }

    /** Returns the issuer's text with the RSA key changed. */
    private String changed(Consumer<Map<String, Object>> change) {
        return ISSUER.jwks(key -> {
            if ("RSA".equals(key.get("kty"))) {
                change.accept(key);
            }
        });
    }

    private void assertIgnored(String text, String reason) {
        JsonWebKeys keys = parse(text);

        assertThat(keys.usable())
                .singleElement()
                .satisfies(key -> assertThat(key.id()).isEqualTo("ES256"));
        assertThat(keys.ignored())
                .singleElement()
                .asString()
                .contains("the key 'RS256' ")
                .contains(reason);
    }

    @Test
    void keysForSignaturesAreUsed() {
        JsonWebKeys keys = parse(ISSUER.jwks());

        assertThat(keys.usable()).extracting(JsonWebKey::id).containsExactly("RS256", "ES256");
        assertThat(keys.usable())
                .extracting(JsonWebKey::key)
                .containsExactly(ISSUER.publicKey("RS256"), ISSUER.publicKey("ES256"));
        assertThat(keys.ignored()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "RS256, RS256 RS384 RS512 PS256 PS384 PS512",
        "ES256, ES256",
        "ES384, ES384",
        "ES512, ES512",
        "EdDSA, EdDSA"
    })
    void aKeyThatNamesNoAlgorithmAllowsThoseOfItsType(String algorithm, String allowed) {
        JsonWebKeys keys = parse(new TestIssuer(algorithm).jwks(key -> key.remove("alg")));

        assertThat(keys.usable().get(0).algorithms())
                .extracting(Enum::name)
                .containsExactlyInAnyOrder(allowed.split(" "));
    }

    @Test
    void aKeyWithAnAlgorithmAllowsNoOther() {
        assertThat(parse(ISSUER.jwks()).usable().get(0).algorithms()).isEqualTo(Set.of(SignatureAlgorithm.RS256));
    }

    @Test
    void sharedSecretsAreIgnored() {
        assertIgnored(withFirst(Map.of("kty", "oct", "k", "c2VjcmV0")), "is of type oct, expected RSA, EC or OKP");
        assertIgnored(withFirst(Map.of("kty", 7)), "is of type 7");
        assertIgnored(changed(key -> key.remove("kty")), "is of type ");
    }

    @Test
    void keysForOtherUsesAreIgnored() {
        assertIgnored(withFirst(Map.of("use", "enc")), "is not for signatures");
        assertIgnored(withFirst(Map.of("key_ops", Set.of("sign"))), "is not for verification");
        assertIgnored(withFirst(Map.of("alg", "HS256")), "fits no algorithm");
        assertIgnored(withFirst(Map.of("alg", "ES256")), "fits no algorithm");
        assertIgnored(withFirst(Map.of("alg", "RSA-OAEP")), "fits no algorithm");
        assertThat(parse(withFirst(Map.of("key_ops", Set.of("verify")))).usable())
                .hasSize(2);
    }

    @Test
    void aKeyThatAllCanSignByIsIgnored() {
        assertIgnored(withFirst(Map.of("d", "AQAB")), "has a private part");
    }

    @Test
    void brokenKeysAreIgnored() {
        assertIgnored(withFirst(Map.of("n", "***")), "cannot be read");
        assertIgnored(withFirst(Map.of("n", "")), "cannot be read");
        assertIgnored(withFirst(Map.of("e", 3)), "has not all parts");
    }

    @ParameterizedTest
    @CsvSource({
        "EC, P-256, AQAB, AQAB",
        "EC, P-256, '', ''",
        "EC, P-256, MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4, MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "EC, P-192, AQAB, AQAB",
        "EC, secp256k1, AQAB, AQAB",
        "OKP, X25519, 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo, ",
        "OKP, Ed25519, AQAB, ",
        "OKP, Ed25519, '', ",
        "OKP, Ed25519, __________________________________________8, ",
        "OKP, , 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo, "
    })
    void pointsThatAreNotOnTheirCurveAreIgnored(String type, String curve, String x, String y) {
        assertIgnored(
                changed(key -> {
                    key.put("kty", type);
                    key.put("crv", curve);
                    key.put("x", x);
                    key.put("y", y);
                    key.remove("alg");
                }),
                "");
    }

    /** RFC 7518, section 3.3. */
    @Test
    void shortKeysAreIgnored() {
        String bits1024 = "x".repeat(171);

        assertIgnored(withFirst(Map.of("n", bits1024)), "fits no algorithm");
    }

    @Test
    void certificatesInAKeyDoNotCount() {
        assertThat(parse(withFirst(Map.of("x5c", Set.of("broken"), "x5t", "broken")))
                        .usable())
                .hasSize(2);
    }

    @Test
    void aTextWithoutAKeyIsAFault() {
        assertThatThrownBy(() -> parse(RFC_7517))
                .isInstanceOf(KeysUnusableException.class)
                .hasMessage("no key that verifies tokens, expected one at least; [the key '1' is not for signatures]");
        assertThatThrownBy(() -> parse("{\"keys\": []}")).hasMessageContaining("no key that verifies tokens");
        assertThatThrownBy(() -> parse("{\"keys\": [7, null, []]}")).hasMessageContaining("is no JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "[]", "<html>", "{\"keys\": [], \"keys\": []}"})
    void aTextThatIsNoObjectIsAFault(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(KeysUnusableException.class)
                .hasMessageContaining("no JSON object, expected {\"keys\": [...]}");
    }

    @Test
    void anObjectWithoutKeysIsAFault() {
        assertThatThrownBy(() -> parse("{\"issuer\": \"x\"}")).hasMessageContaining("a JSON object without keys");
    }

    @Test
    void moreThanAHundredKeysAreAFault() {
        String one = ISSUER.jwks().replaceFirst("^\\{\"keys\": \\[", "").replaceFirst("\\]}$", "");

        assertThat(parse(times(50, one)).usable()).hasSize(100);
        assertThatThrownBy(() -> parse(times(51, one))).hasMessage("102 keys, expected at most 100");
    }

    private static String times(int count, String keys) {
        return IntStream.range(0, count).mapToObj(n -> keys).collect(Collectors.joining(", ", "{\"keys\": [", "]}"));
    }
}
