package io.discovery.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The checks of a cluster, as rules for what its members tell. */
final class Checkup {

    private static final long CLOCK_MICROS = 1_000_000;
    private static final long DISK_BYTES = 1L << 30;
    private static final long WAITING = 10_000;
    private static final int HEAP_PERCENT = 85;
    private static final int ENOUGH_MEMBERS = 3;
    private static final String IN_MEMORY = "InMemory";
    private static final String SAME = "give all members the same %s, and restart those that differ";

    private final ClusterReport cluster;
    private final List<MemberReport> members;

    /** @param cluster as one member sees it */
    Checkup(ClusterReport cluster) {
        this.cluster = cluster;
        this.members = cluster.answered();
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(answers());
        findings.add(ready());
        findings.add(copies());
        findings.add(settings());
        findings.add(alike(
                "versions",
                member -> member.object().text("version"),
                "finish the update: restart the members of the older version, one at a time"));
        findings.add(content());
        findings.add(clocks());
        findings.add(backend());
        findings.add(disk());
        findings.add(heap());
        findings.add(expiry());
        findings.add(history());
        return findings;
    }

    private Finding answers() {
        List<String> silent = cluster.silent();
        if (!silent.isEmpty()) {
            return Finding.bad(
                    "members",
                    String.join(", ", silent) + " of " + cluster.members().size() + " do not answer",
                    "look at the log of that member; if it runs, at the network between members (CLUSTER_PORT)");
        }
        int size = cluster.members().size();
        return size < ENOUGH_MEMBERS
                ? Finding.look(
                        "members",
                        size == 1 ? "1 answers" : size + " answer",
                        "run three, so that one may die or restart and the registry stays safe")
                : Finding.ok("members", "all " + size + " answer");
    }

    private Finding ready() {
        return each(
                "ready",
                MemberReport::isReady,
                MemberReport::state,
                "wait if the member starts or stops; otherwise do what the reason says",
                "all take reads and writes");
    }

    private Finding copies() {
        if (cluster.members().size() == 1) {
            return onlyCopy();
        }
        return cluster.partitionsSafe()
                ? Finding.ok("copies", "losing one member now loses nothing")
                : Finding.bad(
                        "copies",
                        "losing one member now may lose changes",
                        "restart no member; discovery safe --wait tells when it is over");
    }

    private Finding onlyCopy() {
        boolean isOnlyInMemory = members.stream()
                .anyMatch(member ->
                        member.object().object("backend").text("storage").equals(IN_MEMORY));
        return isOnlyInMemory
                ? Finding.look(
                        "copies",
                        "one member has the only one, in memory: a restart loses all",
                        "run three members, or set BACKEND_STORAGE=InFile")
                : Finding.ok("copies", "one member has the only one, beside its backend");
    }

    /** Members tell a digest of all settings that they share, and the values of some. */
    private Finding settings() {
        Map<String, List<String>> digests =
                byValue(member -> MemberReport.abbreviated(member.object().text("settings")));
        if (digests.size() <= 1) {
            return alike("settings", digests, "");
        }
        Map<String, Map<String, List<String>>> differing = new LinkedHashMap<>();
        differing.put("HOST_TTL", byValue(member -> member.object().text("host_ttl_seconds")));
        differing.put("EXPIRY_PROTECTION", byValue(MemberReport::expiryProtection));
        differing.put(
                "BACKEND_STORAGE",
                byValue(member -> member.object().object("backend").text("storage")));
        differing.values().removeIf(values -> values.size() <= 1);
        if (differing.isEmpty()) {
            return alike(
                    "settings",
                    digests,
                    SAME.formatted("INSTANCE_KEY, CLUSTER_NAME, DYNAMODB_TABLE_HOSTS, DYNAMODB_URL and AWS_REGION"));
        }
        String found = differing.entrySet().stream()
                .map(setting -> setting.getKey() + ": " + text(setting.getValue()))
                .collect(Collectors.joining("; "));
        return Finding.bad("settings", found, SAME.formatted(String.join(", ", differing.keySet())));
    }

    private Finding history() {
        List<MemberReport> known =
                members.stream().filter(MemberReport::tellsOfHistory).toList();
        List<String> without = known.stream()
                .filter(member -> !member.object().has("history_since"))
                .map(MemberReport::address)
                .toList();
        if (without.isEmpty()) {
            return Finding.ok("history", known.isEmpty() ? "unknown" : "all record changes");
        }
        return without.size() == known.size()
                ? Finding.ok("history", "none records changes: HISTORY_CHANGES is 0")
                : Finding.look(
                        "history",
                        "no changes are recorded at " + String.join(", ", without),
                        "give all members a HISTORY_CHANGES above 0: a client that asks that member gets no changes");
    }

    private Finding content() {
        return alike(
                "content",
                member -> member.object().text("services") + " services, "
                        + member.object().text("hosts") + " hosts, digest "
                        + MemberReport.abbreviated(member.object().text("content")),
                "look at discovery_peer metrics and at the network between members: copies should be equal within"
                        + " seconds");
    }

    private Finding clocks() {
        return each(
                "clocks",
                member -> Math.abs(member.object().number("clock_offset_micros", 0)) <= CLOCK_MICROS,
                member -> "is off by " + member.clock(),
                "set the clock of that machine by NTP (chrony)",
                "all within 1 s of the cluster's");
    }

    private Finding backend() {
        return each(
                "backend",
                member -> member.isBackendUp()
                        && member.object().object("backend").number("waiting", 0) < WAITING,
                member -> member.backend() + " "
                        + member.object().object("backend").text("error"),
                "see that the disk is there and has room, or that the table answers; changes wait in memory meanwhile",
                members.stream().map(MemberReport::backend).distinct().collect(Collectors.joining("; ")));
    }

    private Finding disk() {
        if (members.stream().noneMatch(member -> member.object().has("disk_free_bytes"))) {
            return Finding.ok("disk", "no member keeps a file");
        }
        return each(
                "disk",
                member -> member.object().number("disk_free_bytes", Long.MAX_VALUE) >= DISK_BYTES,
                member -> "has " + (member.object().number("disk_free_bytes", 0) >> 20) + " MB left",
                "make room in APPLICATION_DIR",
                "1 GB or more is free everywhere");
    }

    private Finding heap() {
        return each(
                "heap",
                member -> member.heapPercent() < HEAP_PERCENT,
                member -> "has " + member.heapPercent() + "% in use",
                "look again in a minute, it may be garbage; if it stays, give members a larger -Xmx",
                "less than " + HEAP_PERCENT + "% is in use everywhere");
    }

    private Finding expiry() {
        boolean active = members.stream()
                .anyMatch(member -> member.object().text("expiry_protection").equals("active"));
        return active
                ? Finding.look(
                        "expiry",
                        "expiry protection is active: most hosts have stopped to report",
                        "see why heartbeats do not arrive: a load balancer, a firewall, an agent that was updated")
                : Finding.ok("expiry", "hosts expire as usual");
    }

    private Finding each(
            String check,
            Predicate<MemberReport> isGood,
            Function<MemberReport, String> state,
            String advice,
            String good) {
        List<String> bad = members.stream()
                .filter(isGood.negate())
                .map(member -> member.address() + " " + state.apply(member).strip())
                .toList();
        return bad.isEmpty() ? Finding.ok(check, good) : Finding.bad(check, String.join("; ", bad), advice);
    }

    private Finding alike(String check, Function<MemberReport, String> value, String advice) {
        return alike(check, byValue(value), advice);
    }

    private static Finding alike(String check, Map<String, List<String>> byValue, String advice) {
        return byValue.size() <= 1
                ? Finding.ok(check, byValue.keySet().stream().findFirst().orElse("unknown"))
                : Finding.bad(check, text(byValue), advice);
    }

    private Map<String, List<String>> byValue(Function<MemberReport, String> value) {
        Map<String, List<String>> byValue = new TreeMap<>();
        members.forEach(member -> byValue.computeIfAbsent(value.apply(member), key -> new ArrayList<>())
                .add(member.address()));
        return byValue;
    }

    private static String text(Map<String, List<String>> byValue) {
        return byValue.entrySet().stream()
                .map(entry -> entry.getKey() + " at " + String.join(", ", entry.getValue()))
                .collect(Collectors.joining("; "));
    }
}
