package io.discovery.member;

import io.discovery.auth.AuthFile;
import io.discovery.auth.Authenticator;
import io.discovery.auth.Grants;
import io.discovery.auth.Identities;
import io.discovery.auth.ProofChecks;
import io.discovery.auth.RequestLimits;
import io.discovery.auth.jwt.JwtVerifier;
import io.discovery.config.Settings.Anonymous;
import io.discovery.config.Settings.Auth;
import io.discovery.http.ClientControl;
import io.discovery.process.FileReload;
import io.discovery.telemetry.Meters;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The identities of a member's clients: read at the start, and again when AUTH_FILE changes. */
final class ClientAuth {

    private static final Logger log = LoggerFactory.getLogger(ClientAuth.class);
    private static final Duration LOOK_PERIOD = Duration.ofSeconds(1);

    private ClientAuth() {}

    /**
     * Reads AUTH_FILE, if there is one.
     *
     * @throws AuthFile.UnusableAuthFileException if the file cannot be used
     */
    static ClientControl begin(MemberAssembly assembly, Vertx vertx) {
        return assembly.settings()
                .http()
                .auth()
                .map(settings -> begin(settings, assembly, vertx))
                .orElseGet(() -> ClientControl.none(assembly.settings().http().trustedProxies()));
    }

    private static ClientControl begin(Auth settings, MemberAssembly assembly, Vertx vertx) {
        FileReload<Identities> file = new FileReload<>(
                List.of(settings.file()), () -> AuthFile.read(settings.file()), InstantSource.system());
        ProofChecks checks = new ProofChecks(vertx);
        Optional<JwtVerifier> jwts = assembly.settings().jwt().map(jwt -> JwtKeys.begin(jwt, assembly));
        Authenticator authenticator = new Authenticator(file::current, grants(settings.anonymous()), checks, jwts);
        ClientControl clients = ClientControl.of(
                assembly.settings().http().trustedProxies(), authenticator, new RequestLimits(file::current));
        assembly.every(LOOK_PERIOD, "auth-file", () -> {
            if (file.look()) {
                log.info(
                        "read {} again: {} identities",
                        settings.file(),
                        file.current().count());
                clients.endLostStreams();
            }
        });
        register(assembly.meters(), file, checks);
        return clients;
    }

    private static Grants grants(Anonymous anonymous) {
        return switch (anonymous) {
            case NONE -> Grants.NONE;
            case READ -> Grants.READ_ALL;
            case WRITE -> Grants.WRITE_ALL;
        };
    }

    private static void register(Meters meters, FileReload<Identities> file, ProofChecks checks) {
        meters.gauge("discovery.auth.identities", () -> file.current().count());
        meters.gauge("discovery.auth.file.broken", () -> file.isBroken() ? 1 : 0);
        meters.gauge("discovery.auth.checks.waiting", checks::waiting);
    }
}
