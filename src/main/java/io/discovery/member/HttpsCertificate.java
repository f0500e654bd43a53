package io.discovery.member;

import io.discovery.config.Settings;
import io.discovery.config.Settings.HttpTls;
import io.discovery.connections.ClientTls;
import io.discovery.telemetry.Meters;
import io.discovery.tls.ServerCertificate;
import io.discovery.tls.ServerTls;
import io.discovery.tls.TlsReload;
import io.netty.handler.ssl.ClientAuth;
import java.time.Duration;
import java.time.InstantSource;

/** The certificate that a member shows its clients: read at the start, and again when its files change. */
final class HttpsCertificate {

    private static final Duration LOOK_PERIOD = Duration.ofSeconds(1);

    private HttpsCertificate() {}

    /**
     * Reads the files.
     *
     * @throws io.discovery.tls.TlsException if they cannot be used
     */
    static ClientTls begin(HttpTls settings, MemberAssembly assembly) {
        ServerCertificate files = new ServerCertificate(
                settings.certificate(), settings.key(), settings.clientAuthorities(), clients(settings.clients()));
        TlsReload<ServerTls> reload = new TlsReload<>(files, InstantSource.system());
        assembly.every(LOOK_PERIOD, "https-files", reload::look);
        ClientTls tls = new ClientTls(reload::current);
        register(assembly.meters(), reload, tls);
        return tls;
    }

    private static ClientAuth clients(Settings.ClientCertificates clients) {
        return switch (clients) {
            case OFF -> ClientAuth.NONE;
            case REQUEST -> ClientAuth.OPTIONAL;
            case REQUIRE -> ClientAuth.REQUIRE;
        };
    }

    private static void register(Meters meters, TlsReload<ServerTls> reload, ClientTls tls) {
        meters.gauge("discovery.tls.seconds.left", () -> reload.secondsLeft().orElse(0));
        meters.gauge("discovery.tls.files.broken", () -> reload.isBroken() ? 1 : 0);
        meters.gauge("discovery.tls.handshakes", tls::handshakes);
        meters.counter("discovery.tls.handshakes.failed", tls::failed);
    }
}
