package io.discovery.faults;

import io.discovery.testing.MemberProcess.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Hosts of their own for the members: network namespaces, joined by a bridge in one more. Members meet over the bridge;
 * each has a second link to this process, over which clients reach it whatever happens to the first.
 */
final class Network implements AutoCloseable {

    private static final int FIRST_NET = 201;
    private static final int LAST_NET = 249;
    private static final Duration LOOK = Duration.ofMillis(50);

    private final String name;
    private final int net;
    private final int size;

    private Network(int net, int size) {
        this.name = "dsc" + net;
        this.net = net;
        this.size = size;
    }

    /** Returns why this machine cannot have such a network; empty if it can. */
    static Optional<String> whyNot() {
        if (!Commands.works("sh", "-c", "test $(id -u) = 0")) {
            return Optional.of("not root");
        }
        for (String tool : List.of("ip", "iptables", "ss", "tc")) {
            if (!Commands.works("sh", "-c", "command -v " + tool)) {
                return Optional.of("there is no " + tool);
            }
        }
        String probe = "dsc-probe" + ProcessHandle.current().pid();
        if (!Commands.works("ip", "netns", "add", probe)) {
            return Optional.of("network namespaces cannot be made");
        }
        Commands.run("ip", "netns", "del", probe);
        return Optional.empty();
    }

    static Network of(int size) {
        Network network = claim(size);
        try {
            network.build();
            // An interrupted process leaves no network behind either.
            Runtime.getRuntime().addShutdownHook(new Thread(network::close));
            return network;
        } catch (RuntimeException | Error failed) {
            network.close();
            throw failed;
        }
    }

    /**
     * Claims the first network whose names and addresses are free. Its hub is the claim, which one of two processes
     * gets.
     */
    private static Network claim(int size) {
        String taken = Commands.run("ip", "-o", "addr") + Commands.run("ip", "route") + Commands.run("ip", "netns");
        return IntStream.rangeClosed(FIRST_NET, LAST_NET)
                .filter(net -> !taken.contains("10." + net + ".") && !taken.contains("dsc" + net))
                .mapToObj(net -> new Network(net, size))
                .filter(network -> Commands.works("ip", "netns", "add", network.hub()))
                .findFirst()
                .orElseThrow();
    }

    private void build() {
        in(hub(), "ip", "link", "add", "bridge", "type", "bridge");
        in(hub(), "ip", "link", "set", "bridge", "up");
        for (int n = 0; n < size; n++) {
            Commands.run("ip", "netns", "add", host(n));
            in(host(n), "ip", "link", "set", "lo", "up");
            link(host(n), "peers", hub(), "m" + n);
            in(hub(), "ip", "link", "set", "m" + n, "master", "bridge");
            in(host(n), "ip", "addr", "add", peerAddress(n) + "/24", "dev", "peers");
            clientLink(n);
        }
    }

    private static void link(String one, String oneEnd, String other, String otherEnd) {
        Commands.run(
                "ip", "link", "add", oneEnd, "netns", one, "type", "veth", "peer", "name", otherEnd, "netns", other);
        in(one, "ip", "link", "set", oneEnd, "up");
        in(other, "ip", "link", "set", otherEnd, "up");
    }

    private void clientLink(int n) {
        String here = name + "c" + n;
        Commands.run("ip", "link", "add", here, "type", "veth", "peer", "name", "clients", "netns", host(n));
        Commands.run("ip", "addr", "add", gateway(n) + "/30", "dev", here);
        Commands.run("ip", "link", "set", here, "up");
        in(host(n), "ip", "addr", "add", clientAddress(n) + "/30", "dev", "clients");
        in(host(n), "ip", "link", "set", "clients", "up");
        if (n > 0) {
            in(host(n), "ip", "route", "add", servicesAddress(), "via", gateway(n));
        }
    }

    private static String in(String namespace, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(command));
        return Commands.run(all);
    }

    private String hub() {
        return name + "hub";
    }

    private String host(int n) {
        return name + "h" + n;
    }

    int size() {
        return size;
    }

    /** Returns the address at which peers reach member {@code n}. */
    String peerAddress(int n) {
        return "10." + net + ".0." + (10 + n);
    }

    /** Returns the address at which clients reach member {@code n}. */
    String clientAddress(int n) {
        return "10." + net + "." + (n + 1) + ".2";
    }

    private String gateway(int n) {
        return "10." + net + "." + (n + 1) + ".1";
    }

    /** Returns the address at which members reach a server of this process. */
    String servicesAddress() {
        return gateway(0);
    }

    /** @param command what stands between the namespace and the member's own command line */
    Place place(int n, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", host(n)));
        all.addAll(command);
        return new Place(all, clientAddress(n));
    }

    /** Drops the packets from {@code from} to {@code to}, but not those of the other direction. */
    void drop(int from, int to) {
        in(host(to), "iptables", "-w", "-A", "INPUT", "-s", peerAddress(from), "-j", "DROP");
    }

    /** Refuses connections from {@code from} to {@code to}, and resets those that are open. */
    void refuse(int from, int to) {
        in(
                host(to),
                "iptables",
                "-w",
                "-A",
                "INPUT",
                "-p",
                "tcp",
                // The resets of the other direction's rule pass: otherwise both would only drop.
                "!",
                "--tcp-flags",
                "RST",
                "RST",
                "-s",
                peerAddress(from),
                "-j",
                "REJECT",
                "--reject-with",
                "tcp-reset");
    }

    /** Drops a percentage of the packets from {@code from} to {@code to}. */
    void lose(int from, int to, int percent) {
        in(
                host(to),
                "iptables",
                "-w",
                "-A",
                "INPUT",
                "-s",
                peerAddress(from),
                "-m",
                "statistic",
                "--mode",
                "random",
                "--probability",
                "0." + String.format("%02d", percent),
                "-j",
                "DROP");
    }

    /** Sends the packets of {@code from} to its peers through a thin pipe with a long queue. */
    void slow(int from, String rate) {
        in(
                host(from),
                "tc",
                "qdisc",
                "replace",
                "dev",
                "peers",
                "root",
                "tbf",
                "rate",
                rate,
                "burst",
                "8kb",
                "latency",
                "500ms");
    }

    /** Heals the network. */
    void heal() {
        for (int n = 0; n < size; n++) {
            in(host(n), "iptables", "-w", "-F", "INPUT");
            in(host(n), "sh", "-c", "tc qdisc del dev peers root 2>/dev/null || true");
        }
    }

    /**
     * Waits until the links deliver again what was lost on them, at most so long. TCP doubles the time from try to try, so
     * that a healed link may be silent for as long again as the fault lasted.
     */
    void awaitDelivery(Duration atMost) {
        long begin = System.nanoTime();
        while (retries() && System.nanoTime() - begin < atMost.toNanos()) {
            Pause.of(LOOK);
        }
    }

    private boolean retries() {
        return IntStream.range(0, size).anyMatch(n -> {
            String connections = connections(n);
            return connections.contains("backoff:") || connections.contains("SYN-SENT");
        });
    }

    /** Returns what the system knows of the connections between member {@code n} and its peers. */
    String connections(int n) {
        return in(host(n), "ss", "-Htino", "state", "connected", "src", peerAddress(n));
    }

    /** Removes the namespaces. Programs in them must have ended before. */
    @Override
    public void close() {
        for (int n = 0; n < size; n++) {
            Commands.works("ip", "link", "del", name + "c" + n);
            Commands.works("ip", "netns", "del", host(n));
        }
        Commands.works("ip", "netns", "del", hub());
    }
}
