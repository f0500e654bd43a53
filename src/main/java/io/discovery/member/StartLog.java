package io.discovery.member;

import io.discovery.config.Settings;
import io.discovery.process.ProgramVersion;
import io.discovery.registry.Membership.MemberInfo;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The facts of a start, logged in one block: every setting that shapes the member, and no secret. */
final class StartLog {

    private static final Logger log = LoggerFactory.getLogger(StartLog.class);

    private final StringBuilder block = new StringBuilder("Discovery " + ProgramVersion.version() + " is up");

    private StartLog() {}

    static void write(Settings settings, List<MemberInfo> members, int port, String backend) {
        StartLog start = new StartLog();
        start.servers(settings, port);
        start.cluster(settings.cluster(), members);
        start.registrations(settings, backend);
        start.audit(settings.audit());
        settings.tracing().ifPresent(start::traces);
        settings.tracingOff().ifPresent(setting -> start.line("traces", "none, by " + setting));
        start.process(settings);
        log.info("{}", start.block);
    }

    private void servers(Settings settings, int port) {
        Settings.Http http = settings.http();
        line(http.tls().isPresent() ? "https" : "http", http.host() + ":" + port);
        http.tls()
                .filter(tls -> tls.plainPort() != 0)
                .ifPresent(tls -> line("plain http", tls.plainHost() + ":" + tls.plainPort()));
        line("clients", clients(http));
        Settings.Dns dns = settings.dns();
        if (dns.isOn()) {
            line("dns", dns.host() + ":" + dns.port() + ", below " + dns.domain());
        }
    }

    private static String clients(Settings.Http http) {
        boolean haveCertificates = http.tls()
                .filter(tls -> tls.clients() == Settings.ClientCertificates.REQUIRE)
                .isPresent();
        String who = haveCertificates ? "each that shows a certificate of TLS_CLIENT_CA" : "each that reaches the port";
        String what = http.auth()
                .map(auth -> " may do what " + auth.file() + " says of it, without proof: "
                        + auth.anonymous().text())
                .orElse(" may read and change all");
        return who + what + (http.tls().isPresent() ? "" : ", without encryption");
    }

    private void cluster(Settings.Cluster cluster, List<MemberInfo> members) {
        String others = cluster.isStandAlone()
                ? "stand-alone"
                : members.size() + " members, waits for " + cluster.join().minMembers() + ", with fewer: "
                        + cluster.join().minority().text();
        line("cluster", cluster.name() + ", " + others);
        if (!cluster.isStandAlone()) {
            line("members' TLS", tls(cluster.tls()));
        }
        members.forEach(
                member -> line(member.self() ? "this member" : "member", member.address() + "  " + member.id()));
    }

    private static String tls(Settings.ClusterTls tls) {
        return switch (tls.mode()) {
            case OFF -> "off: any program that reaches the members' port may read and change all";
            case ACCEPT -> "accept: peers without TLS are still let in, as long as the cluster changes over";
            case ON -> "on: " + proof(tls.proof());
        };
    }

    private static String proof(Settings.MemberProof proof) {
        if (proof instanceof Settings.MemberProof.Certificate certificate) {
            return "peers show a certificate that carries the name " + certificate.name();
        }
        return "peers prove that they know the secret";
    }

    private void registrations(Settings settings, String backend) {
        Settings.Registry registry = settings.registry();
        line("backend", settings.backend().storage() + ", " + backend);
        line(
                "hosts",
                "listed for " + registry.hostTtl().toSeconds() + " s after a heartbeat, known by "
                        + registry.instanceKey().text() + ", expiry protection "
                        + registry.expiryProtection().text());
        line(
                "writes",
                "answered within " + registry.requestDeadline().toMillis() + " ms, on the backend within "
                        + settings.backend().writeBehind().toSeconds() + " s");
    }

    private void audit(Settings.Audit audit) {
        switch (audit.target()) {
            case OFF -> line("audit log", "none");
            case LOG -> line("audit log", "in this log");
            case FILE ->
                line(
                        "audit log",
                        audit.file() + ", on failure: " + audit.onFailure().text());
        }
    }

    private void traces(Settings.Tracing tracing) {
        String share = tracing.sampler().endsWith("traceidratio") ? " " + tracing.ratio() : "";
        line("traces", "to " + tracing.endpoint() + ", sampled by " + tracing.sampler() + share);
    }

    private void process(Settings settings) {
        line(
                "java",
                Runtime.version() + ", heap up to " + Runtime.getRuntime().maxMemory() / 1_048_576 + " MB, "
                        + Runtime.getRuntime().availableProcessors() + " processors");
        line(
                "env",
                settings.http().applicationEnv() + ", debug " + settings.debug() + ", log level "
                        + settings.logLevel());
    }

    private void line(String name, String value) {
        block.append(String.format("%n    %-12s %s", name, value));
    }
}
