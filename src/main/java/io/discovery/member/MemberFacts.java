package io.discovery.member;

import io.discovery.cluster.HazelcastCluster;
import io.discovery.config.Settings;
import io.discovery.directory.Directory;
import io.discovery.directory.LeaseCounts;
import io.discovery.directory.Readiness;
import io.discovery.durability.BackendSync;
import io.discovery.http.ClientControl;
import io.discovery.http.JsonBody;
import io.discovery.json.UtcTime;
import io.discovery.registry.Membership.MemberInfo;
import io.discovery.report.DirectoryContent;
import io.discovery.xds.Xds;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Files;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The facts of a member's report of itself, by the part of the member that knows them. Thread-safe. */
final class MemberFacts {

    private static final Logger log = LoggerFactory.getLogger(MemberFacts.class);
    private static final Set<String> ALL_ADDRESSES = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    private final Settings settings;
    private final Readiness readiness;
    private final String settingsDigest;

    MemberFacts(MemberAssembly assembly, HazelcastCluster cluster) {
        this.settings = assembly.settings();
        this.readiness = assembly.readiness();
        this.settingsDigest = cluster.settingsDigest(settings);
    }

    /** @param port of HTTP */
    Map<String, Object> process(MemberInfo self, int port) {
        RuntimeMXBean java = ManagementFactory.getRuntimeMXBean();
        return JsonBody.ordered(
                "started",
                UtcTime.of(Instant.ofEpochMilli(java.getStartTime())),
                "uptime_seconds",
                TimeUnit.MILLISECONDS.toSeconds(java.getUptime()),
                "http",
                host(self) + ":" + port);
    }

    /** Returns HOST, or the address at which peers reach the member if it listens at all of its addresses. */
    private String host(MemberInfo self) {
        String set = settings.http().host();
        String host = ALL_ADDRESSES.contains(set)
                ? self.address().substring(0, self.address().lastIndexOf(':'))
                : set;
        return host.indexOf(':') < 0 || host.startsWith("[") ? host : "[" + host + "]";
    }

    Map<String, Object> readiness() {
        String whyNotReady = readiness.whyDrained(true);
        String whyNotWritable = readiness.whyDrained(false);
        Map<String, Object> facts = JsonBody.ordered("ready", whyNotReady == null);
        facts.put("ready_reason", whyNotReady);
        facts.put("writable", whyNotWritable == null);
        facts.put("writable_reason", whyNotWritable);
        return facts;
    }

    Map<String, Object> registry(MemberRegistry registry) {
        Map<String, Object> facts = new LinkedHashMap<>(DirectoryContent.of(registry.directory()));
        facts.put("settings", settingsDigest);
        facts.put("host_ttl_seconds", settings.registry().hostTtl().toSeconds());
        facts.put("expiry_protection", protection(registry.directory()));
        facts.put("clock_offset_micros", registry.clock().wallOffsetMicros());
        facts.put("history_since", registry.history().since());
        return facts;
    }

    private String protection(Directory directory) {
        return directory.census().filter(LeaseCounts::isProtecting).isPresent()
                ? "active"
                : settings.registry().expiryProtection().text();
    }

    Map<String, Object> backend(BackendSync.State state) {
        Map<String, Object> backend = JsonBody.ordered(
                "storage", settings.backend().storage(), "status", state.status(), "waiting", state.waiting());
        backend.put("error", state.error());
        return JsonBody.ordered("backend", backend);
    }

    Map<String, Object> resources() {
        Runtime java = Runtime.getRuntime();
        Map<String, Object> facts = JsonBody.ordered(
                "heap_used_bytes", java.totalMemory() - java.freeMemory(), "heap_max_bytes", java.maxMemory());
        facts.put("disk_free_bytes", diskFree());
        return facts;
    }

    /** Returns the room on the disk of APPLICATION_DIR; null if the member keeps nothing there, or cannot tell. */
    private @Nullable Long diskFree() {
        if (!settings.backend().storage().equals(Backends.IN_FILE)) {
            return null;
        }
        try {
            return Files.getFileStore(settings.backend().applicationDir()).getUsableSpace();
        } catch (IOException unknown) {
            log.debug("the room in APPLICATION_DIR is unknown: {}", unknown.toString());
            return null;
        }
    }

    static Map<String, Object> clients(ClientControl clients, Xds xds) {
        return JsonBody.ordered(
                "watchers", clients.watchers(), "xds_streams", xds.streams(), "long_polls", clients.longPolls());
    }
}
