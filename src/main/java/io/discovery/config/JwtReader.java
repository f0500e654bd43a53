package io.discovery.config;

import io.discovery.config.Settings.JsonWebKeyPlace;
import io.discovery.config.Settings.JsonWebKeyPlace.KeyAddress;
import io.discovery.config.Settings.JsonWebKeyPlace.KeyFile;
import io.discovery.config.Settings.Jwt;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** The part of a reading that has the settings for tokens of clients. */
final class JwtReader {

    private static final Pattern ADDRESS = Pattern.compile("(?i)https?:.*");
    /** Spellings of this machine that no resolver of names decides on. */
    private static final Pattern LOOPBACK = Pattern.compile("(?i)localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    private final SettingsReader reader;

    JwtReader(SettingsReader reader) {
        this.reader = reader;
    }

    Optional<Jwt> read() {
        String issuer = reader.given(Setting.AUTH_JWT_ISSUER);
        String keys = reader.given(Setting.AUTH_JWT_JWKS);
        if (issuer.isEmpty() && keys.isEmpty()) {
            reader.refuseAll("AUTH_JWT_ISSUER is not set", Setting.AUTH_JWT_AUDIENCE, Setting.AUTH_JWT_CA);
            return Optional.empty();
        }
        if (issuer.isEmpty()) {
            reader.fault(Setting.AUTH_JWT_ISSUER, issuer, "the issuer of tokens, because AUTH_JWT_JWKS is set");
        }
        String audience = reader.text(Setting.AUTH_JWT_AUDIENCE);
        if (keys.isEmpty()) {
            reader.fault(Setting.AUTH_JWT_JWKS, keys, "a file or an address, because AUTH_JWT_ISSUER is set");
            return Optional.empty();
        }
        return Optional.of(new Jwt(issuer, place(keys), audience));
    }

    private JsonWebKeyPlace place(String keys) {
        if (ADDRESS.matcher(keys).matches()) {
            return new KeyAddress(address(keys), authorities(keys));
        }
        refuseAuthorities();
        return new KeyFile(reader.readableFile(Setting.AUTH_JWT_JWKS));
    }

    private Optional<Path> authorities(String keys) {
        if (reader.given(Setting.AUTH_JWT_CA).isEmpty()) {
            return Optional.empty();
        }
        if (!keys.regionMatches(true, 0, "https:", 0, "https:".length())) {
            refuseAuthorities();
            return Optional.empty();
        }
        return Optional.of(reader.readableFile(Setting.AUTH_JWT_CA));
    }

    private void refuseAuthorities() {
        String authorities = reader.given(Setting.AUTH_JWT_CA);
        if (!authorities.isEmpty()) {
            reader.fault(Setting.AUTH_JWT_CA, authorities, "nothing, because AUTH_JWT_JWKS is no https address");
        }
    }

    /** Only this machine is asked by plain HTTP: in a network another machine can answer with keys of its own. */
    private URI address(String given) {
        try {
            URI address = URI.create(given);
            boolean isWhole =
                    address.getHost() != null && address.getRawUserInfo() == null && address.getRawFragment() == null;
            boolean isPlain = "http".equalsIgnoreCase(address.getScheme());
            if (isWhole && (!isPlain || LOOPBACK.matcher(address.getHost()).matches())) {
                return address;
            }
        } catch (IllegalArgumentException noUrl) {
            // Reported below, like an address of another form.
        }
        reader.fault(
                Setting.AUTH_JWT_JWKS,
                given,
                "a file, an address such as https://issuer.example/keys without a user, or http of this machine");
        return URI.create("https://invalid.");
    }
}
