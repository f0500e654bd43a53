package io.discovery.cli;

import java.util.ArrayList;
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
        findings.add(alike(
                "settings",
                member -> MemberReport.abbreviated(member.object().text("settings")),
                "give all members the same HOST_TTL, INSTANCE_KEY and the like, and restart those that differ"));
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
            return Finding.ok("copies", "one member has the only one, beside its backend");
        }
        return cluster.partitionsSafe()
                ? Finding.ok("copies", "losing one member now loses nothing")
                : Finding.bad(
                        "copies",
                        "losing one member now may lose changes",
                        "restart no member; discovery safe --wait tells when it is over");
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
        Map<String, List<String>> byValue = new TreeMap<>();
        members.forEach(member -> byValue.computeIfAbsent(value.apply(member), key -> new ArrayList<>())
                .add(member.address()));
        if (byValue.size() <= 1) {
            return Finding.ok(check, byValue.keySet().stream().findFirst().orElse("unknown"));
        }
        String found = byValue.entrySet().stream()
                .map(entry -> entry.getKey() + " at " + String.join(", ", entry.getValue()))
                .collect(Collectors.joining("; "));
        return Finding.bad(check, found, advice);
    }
}
