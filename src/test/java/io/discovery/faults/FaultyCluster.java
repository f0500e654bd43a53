package io.discovery.faults;

import static org.awaitility.Awaitility.await;

import io.discovery.faults.History.Away;
import io.discovery.faults.History.Knowledge;
import io.discovery.faults.History.Loss;
import io.discovery.testing.FakeClock;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Members on hosts of their own, which a test freezes, kills and gives another clock. The history records that. */
final class FaultyCluster implements AutoCloseable {

    private static final int HTTP_PORT = 8080;
    private static final int CLUSTER_PORT = 5701;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Network network;
    private final History history;
    private final Path dir;
    private final Map<String, String> environment;
    /** The clocks of the members; empty if they have the clock of their machine. */
    private final List<FakeClock> clocks;

    private final List<MemberProcess> members = new ArrayList<>();
    private final List<Long> awaySince = new ArrayList<>();
    private int logs;

    /** @param dir where members keep what they keep; each has a folder in it */
    private FaultyCluster(
            Network network, History history, Path dir, Map<String, String> environment, boolean fakeClocks) {
        this.network = network;
        this.history = history;
        this.dir = dir;
        this.environment = environment;
        this.clocks = fakeClocks
                ? IntStream.range(0, network.size())
                        .mapToObj(n -> new FakeClock(dir.resolve("clock-" + n)))
                        .toList()
                : List.of();
    }

    /** Starts a member on each host of the network and waits until they are one cluster. */
    static FaultyCluster start(
            Network network, History history, Path dir, Map<String, String> environment, boolean fakeClocks) {
        FaultyCluster cluster = new FaultyCluster(network, history, dir, environment, fakeClocks);
        try {
            for (int n = 0; n < network.size(); n++) {
                cluster.members.add(cluster.launch(n));
                cluster.awaySince.add(0L);
            }
            cluster.awaitWhole();
        } catch (RuntimeException | Error failed) {
            cluster.close();
            throw failed;
        }
        return cluster;
    }

    private MemberProcess launch(int n) {
        Map<String, String> own = new HashMap<>(environment);
        String peers = IntStream.range(0, network.size())
                .mapToObj(peer -> network.peerAddress(peer) + ":" + CLUSTER_PORT)
                .collect(Collectors.joining(","));
        own.putAll(Map.of(
                "CLUSTER_MEMBERS", peers,
                "CLUSTER_HOST", network.peerAddress(n),
                "CLUSTER_PORT", Integer.toString(CLUSTER_PORT),
                "PORT", Integer.toString(HTTP_PORT),
                "APPLICATION_DIR", folder(n).toString()));
        return MemberProcess.launch(network.place(n, clockCommand(n)), own);
    }

    /**
     * Returns the command that sets the clock: the library works on the process that env becomes, not on the commands
     * before it.
     */
    private List<String> clockCommand(int n) {
        return clocks.isEmpty()
                ? List.of()
                : Stream.concat(
                                Stream.of("env"),
                                clocks.get(n).environment().entrySet().stream()
                                        .map(variable -> variable.getKey() + "=" + variable.getValue()))
                        .toList();
    }

    /** Returns the folder of member {@code n}. */
    Path folder(int n) {
        return dir.resolve(Integer.toString(n));
    }

    int size() {
        return network.size();
    }

    TestClient client(int n) {
        return members.get(n).client();
    }

    MemberProcess member(int n) {
        return members.get(n);
    }

    synchronized void freeze(int n) {
        members.get(n).freeze();
        awaySince.set(n, System.nanoTime());
    }

    synchronized void thaw(int n) {
        members.get(n).thaw();
        isBack(n);
    }

    synchronized void kill(int n) {
        awaySince.set(n, System.nanoTime());
        members.get(n).kill();
        history.add(new Loss(n, System.nanoTime()));
    }

    /** Sends SIGTERM and waits for the end. */
    synchronized void stop(int n) {
        awaySince.set(n, System.nanoTime());
        members.get(n).stop();
        history.add(new Loss(n, System.nanoTime()));
    }

    /**
     * Starts member {@code n} again and waits until it answers reads: from then on it shows all that was acknowledged
     * before {@code upTo}.
     */
    void restart(int n, long upTo) {
        replace(n);
        members.get(n).awaitReady();
        history.add(new Knowledge(n, System.nanoTime(), upTo));
        isBack(n);
    }

    /** Starts all members again, all at once, and waits until they answer reads. */
    void restartAll(long upTo) {
        for (int n = 0; n < size(); n++) {
            replace(n);
        }
        for (int n = 0; n < size(); n++) {
            members.get(n).awaitReady();
            history.add(new Knowledge(n, System.nanoTime(), upTo));
            isBack(n);
        }
    }

    /** Starts member {@code n} again and does not wait. */
    MemberProcess launchAgain(int n) {
        replace(n);
        return members.get(n);
    }

    private void replace(int n) {
        keepLog(n);
        members.set(n, launch(n));
    }

    private void keepLog(int n) {
        try {
            Files.writeString(
                    dir.resolve("member-" + n + "-" + logs++ + ".log"),
                    members.get(n).log());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void isBack(int n) {
        history.add(new Away(n, awaySince.get(n), System.nanoTime()));
    }

    /** Sets the clock of member {@code n} wrong by this time. */
    void setClock(int n, Duration offset) {
        if (!clocks.isEmpty()) {
            clocks.get(n).set(offset);
        }
    }

    /** Waits until each member answers reads and sees all. */
    void awaitWhole() {
        members.forEach(MemberProcess::awaitReady);
        await().alias("one cluster of " + size())
                .atMost(PATIENCE)
                .until(() -> members.stream().allMatch(member -> sees(member.client()) == size()));
    }

    /** Waits until no change waits to be written to the backend. */
    void awaitWritten() {
        await().alias("nothing that waits to be written")
                .atMost(PATIENCE)
                .until(() ->
                        members.stream().allMatch(member -> member.client().metric("discovery_backend_waiting") == 0));
    }

    /** Counts the members that a member sees; 0 if it does not answer. */
    static int sees(TestClient client) {
        try {
            return client.get("/v1/cluster").body().split("\"self\"", -1).length - 1;
        } catch (UncheckedIOException silent) {
            return 0;
        }
    }

    @Override
    public void close() {
        for (int n = 0; n < members.size(); n++) {
            members.get(n).close();
            keepLog(n);
        }
    }
}
