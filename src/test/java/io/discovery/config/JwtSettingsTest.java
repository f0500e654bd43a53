package io.discovery.config;

import static io.discovery.config.ReadSettings.faults;
import static io.discovery.config.ReadSettings.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.config.Settings.JsonWebKeyPlace.KeyAddress;
import io.discovery.config.Settings.JsonWebKeyPlace.KeyFile;
import io.discovery.config.Settings.Jwt;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings for tokens of clients: all that is needed, or none. */
class JwtSettingsTest {

    private static final String ISSUER = "AUTH_JWT_ISSUER=https://issuer";
    private static final String ADDRESS = "AUTH_JWT_JWKS=https://issuer/keys";
    private static final String EXPECTED_ADDRESS =
            "a file, an address such as https://issuer.example/keys without a user, or http of this machine";

    @TempDir
    private Path dir;

    private Path file;
    private String identities;

    @BeforeEach
    void write() throws IOException {
        file = Files.createFile(dir.resolve("file"));
        identities = "AUTH_FILE=" + file;
    }

    @Test
    void withoutAnIssuerNoTokensCount() {
        assertThat(read().jwt()).isEmpty();
    }

    @Test
    void keysAreInAFile() {
        assertThat(read(identities, ISSUER, "AUTH_JWT_JWKS=" + file).jwt())
                .contains(new Jwt("https://issuer", new KeyFile(file), "discovery"));
    }

    @Test
    void keysAreAtAnAddress() {
        assertThat(read(identities, ISSUER, ADDRESS, "AUTH_JWT_AUDIENCE=registry", "AUTH_JWT_CA=" + file)
                        .jwt())
                .contains(new Jwt(
                        "https://issuer",
                        new KeyAddress(URI.create("https://issuer/keys"), Optional.of(file)),
                        "registry"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8001/keys",
                "http://127.1.2.3/keys",
                "http://localhost/keys",
                "HTTP://[::1]:80/keys",
                "https://issuer.example/keys?v=1"
            })
    void addressesThatAreAsked(String address) {
        assertThat(read(identities, ISSUER, "AUTH_JWT_JWKS=" + address).jwt().map(Jwt::keys))
                .contains(new KeyAddress(URI.create(address), Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://issuer.example/keys",
                "http://10.0.0.1/keys",
                "http://127.0.0.1.example/keys",
                "http://localhost.example/keys",
                "http:///keys",
                "http://[/keys",
                "https:keys",
                "https://issuer/keys#first"
            })
    void addressesThatAreRefused(String address) {
        assertThat(faults(identities, ISSUER, "AUTH_JWT_JWKS=" + address))
                .containsExactly("AUTH_JWT_JWKS: given '" + address + "', expected " + EXPECTED_ADDRESS);
    }

    @Test
    void anAddressWithAPasswordIsRefusedWithoutSayingIt() {
        assertThat(faults(identities, ISSUER, "AUTH_JWT_JWKS=https://user:secret@issuer/keys"))
                .containsExactly("AUTH_JWT_JWKS: given 'https://…@issuer/keys', expected " + EXPECTED_ADDRESS);
    }

    @Test
    void oneWithoutTheOtherIsAFault() {
        assertThat(faults(identities, ISSUER))
                .containsExactly(
                        "AUTH_JWT_JWKS: given '', expected a file or an address, because AUTH_JWT_ISSUER is set");
        assertThat(faults(ADDRESS))
                .containsExactly(
                        "AUTH_JWT_ISSUER: given '', expected the issuer of tokens, because AUTH_JWT_JWKS is set");
        assertThat(faults("AUTH_JWT_AUDIENCE=registry", "AUTH_JWT_CA=" + file))
                .containsExactly(
                        "AUTH_JWT_AUDIENCE: given 'registry', expected nothing, because AUTH_JWT_ISSUER is not set",
                        "AUTH_JWT_CA: given '" + file + "', expected nothing, because AUTH_JWT_ISSUER is not set");
    }

    @Test
    void filesMustBeThere() {
        assertThat(faults(identities, ISSUER, "AUTH_JWT_JWKS=/gone"))
                .containsExactly("AUTH_JWT_JWKS: given '/gone', expected a file that can be read");
        assertThat(faults(identities, ISSUER, ADDRESS, "AUTH_JWT_CA=/gone"))
                .containsExactly("AUTH_JWT_CA: given '/gone', expected a file that can be read");
    }

    @Test
    void authoritiesAreForHttpsAlone() {
        String fault = "AUTH_JWT_CA: given '" + file + "', expected nothing, because AUTH_JWT_JWKS is no https address";

        assertThat(faults(identities, ISSUER, "AUTH_JWT_JWKS=" + file, "AUTH_JWT_CA=" + file))
                .containsExactly(fault);
        assertThat(faults(identities, ISSUER, "AUTH_JWT_JWKS=http://127.0.0.1/keys", "AUTH_JWT_CA=" + file))
                .containsExactly(fault);
    }

    @Test
    void tokensNeedIdentities() {
        assertThat(faults("AUTH_JWT_ISSUER=https://issuer", ADDRESS))
                .containsExactly(
                        "AUTH_JWT_ISSUER: given 'https://issuer', expected nothing, because AUTH_FILE is not set");
    }
}
