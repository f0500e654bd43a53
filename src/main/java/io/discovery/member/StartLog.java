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

    private StartLog() {}

    static void write(Settings settings, List<MemberInfo> members, int port, String backend) {
        Settings.Cluster cluster = settings.cluster();
        StringBuilder block = new StringBuilder("Discovery " + ProgramVersion.version() + " is up");
        line(block, "http", settings.http().host() + ":" + port);
        if (settings.dns().isOn()) {
            line(
                    block,
                    "dns",
                    settings.dns().host() + ":" + settings.dns().port() + ", below "
                            + settings.dns().domain());
        }
        line(
                block,
                "cluster",
                cluster.name()
                        + (cluster.isStandAlone()
                                ? ", stand-alone"
                                : ", " + members.size() + " members, waits for "
                                        + cluster.join().minMembers() + ", with fewer: "
                                        + cluster.join().minority().text()));
        for (MemberInfo member : members) {
            line(block, member.self() ? "this member" : "member", member.address() + "  " + member.id());
        }
        line(block, "backend", settings.backend().storage() + ", " + backend);
        line(
                block,
                "hosts",
                "listed for " + settings.registry().hostTtl().toSeconds() + " s after a heartbeat, known by "
                        + settings.registry().instanceKey().text() + ", expiry protection "
                        + settings.registry().expiryProtection().text());
        line(
                block,
                "writes",
                "answered within " + settings.registry().requestDeadline().toMillis() + " ms, on the backend within "
                        + settings.backend().writeBehind().toSeconds() + " s");
        line(
                block,
                "java",
                Runtime.version() + ", heap up to " + Runtime.getRuntime().maxMemory() / 1_048_576 + " MB, "
                        + Runtime.getRuntime().availableProcessors() + " processors");
        line(
                block,
                "env",
                settings.http().applicationEnv() + ", debug " + settings.debug() + ", log level "
                        + settings.logLevel());
        log.info("{}", block);
    }

    private static void line(StringBuilder block, String name, String value) {
        block.append(String.format("%n    %-12s %s", name, value));
    }
}
