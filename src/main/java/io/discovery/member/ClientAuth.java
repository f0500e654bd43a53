package io.discovery.member;

import io.discovery.audit.AuditLog;
import io.discovery.auth.AuthFile;
import io.discovery.auth.Authenticator;
import io.discovery.auth.Grants;
import io.discovery.auth.Identities;
import io.discovery.auth.ProofChecks;
import io.discovery.auth.RequestLimits;
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
import java.util.function.IntSupplier;
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
     * @param audit gets the requests that are refused
     * @throws AuthFile.UnusableAuthFileException if the file cannot be used
     */
    static ClientControl begin(MemberAssembly assembly, Vertx vertx, AuditLog audit) {
        return assembly.settings()
                .http()
                .auth()
                .map(settings -> begin(settings, assembly, vertx, audit))
                .orElseGet(() -> ClientControl.none(assembly.settings().http().trustedProxies(), audit));
    }

    private static ClientControl begin(Auth settings, MemberAssembly assembly, Vertx vertx, AuditLog audit) {
        FileReload<Identities> file = new FileReload<>(
                List.of(settings.file()), () -> AuthFile.read(settings.file()), InstantSource.system());
        ProofChecks passwords = ProofChecks.ofPasswords(vertx);
        ProofChecks tokens = ProofChecks.ofTokens(vertx);
        Optional<Authenticator.Jwts> jwts =
                assembly.settings().jwt().map(jwt -> new Authenticator.Jwts(JwtKeys.begin(jwt, assembly), tokens));
        Authenticator authenticator = new Authenticator(file::current, grants(settings.anonymous()), passwords, jwts);
        ClientControl clients = ClientControl.of(
                assembly.settings().http().trustedProxies(), audit, authenticator, new RequestLimits(file::current));
        assembly.every(LOOK_PERIOD, "auth-file", () -> {
            if (file.look()) {
                log.info(
                        "read {} again: {} identities",
                        settings.file(),
                        file.current().count());
            }
            // Each time: the end of a JWT is in no file.
            clients.endLostStreams();
        });
        register(assembly.meters(), file, () -> passwords.waiting() + tokens.waiting());
        return clients;
    }

    private static Grants grants(Anonymous anonymous) {
        return switch (anonymous) {
            case NONE -> Grants.NONE;
            case READ -> Grants.READ_ALL;
            case WRITE -> Grants.WRITE_ALL;
        };
    }

    private static void register(Meters meters, FileReload<Identities> file, IntSupplier waiting) {
        meters.gauge("discovery.auth.identities", () -> file.current().count());
        meters.gauge("discovery.auth.file.broken", () -> file.isBroken() ? 1 : 0);
        meters.gauge("discovery.auth.checks.waiting", waiting::getAsInt);
    }
}
