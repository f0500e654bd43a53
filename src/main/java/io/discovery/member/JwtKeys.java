package io.discovery.member;

import io.discovery.auth.jwt.JsonWebKeySource;
import io.discovery.auth.jwt.JwtVerifier;
import io.discovery.auth.jwt.KeyPlace;
import io.discovery.config.Settings.JsonWebKeyPlace;
import io.discovery.config.Settings.Jwt;
import io.discovery.telemetry.Meters;
import java.time.Duration;
import java.time.InstantSource;

/** The keys that tokens of clients are verified by: read at the start, and again when they change. */
final class JwtKeys {

    private static final Duration LOOK_PERIOD = Duration.ofSeconds(1);

    private JwtKeys() {}

    /**
     * Reads the keys, for some seconds at most, and keeps them current until the stop. If they cannot be read, the log
     * says so, and tokens are refused until they can.
     */
    static JwtVerifier begin(Jwt settings, MemberAssembly assembly) {
        JsonWebKeySource keys = new JsonWebKeySource(place(settings.keys()), System::nanoTime);
        keys.look();
        assembly.every(LOOK_PERIOD, "jwt-keys", keys::look);
        register(assembly.meters(), keys);
        return new JwtVerifier(keys, settings.issuer(), settings.audience(), InstantSource.system());
    }

    private static KeyPlace place(JsonWebKeyPlace place) {
        if (place instanceof JsonWebKeyPlace.KeyAddress given) {
            return KeyPlace.address(given.address(), given.authorities());
        }
        return KeyPlace.file(((JsonWebKeyPlace.KeyFile) place).file());
    }

    private static void register(Meters meters, JsonWebKeySource keys) {
        meters.gauge("discovery.auth.jwt.keys", keys::size);
        meters.gauge("discovery.auth.jwt.keys.broken", () -> keys.isBroken() ? 1 : 0);
    }
}
