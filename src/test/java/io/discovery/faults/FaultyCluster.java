package io.discovery.faults;

import static org.awaitility.Awaitility.await;

import io.discovery.cluster.HazelcastCluster;
import io.discovery.history.History;
import io.discovery.history.History.Away;
import io.discovery.history.History.Knowledge;
import io.discovery.history.History.Loss;
import io.discovery.history.History.Split;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.watchers.Members;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Members on hosts of their own, which a test freezes, kills and gives another clock. The history records that. */
final class FaultyCluster implements Members, AutoCloseable {

    private static final int HTTP_PORT = 8080;
    private static final int DNS_PORT = 8053;
    private static final int CLUSTER_PORT = 5701;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The end of the message of a member that cannot start. */
    private static final String DISK_IS_FULL = "No space left on device";

    private static final Duration BEFORE_ANOTHER_START = Duration.ofMillis(500);
    /** The longest standstill after which a member may trust its copy, and a second for the signal. */
    private static final Duration DOUBTS_AFTER = HazelcastCluster.PATIENCE.plusSeconds(1);

    private final Network network;
    private final History history;
    private final Path dir;
    private final Map<String, String> environment;
    private final Machines machines;
    private final List<MemberProcess> members = new CopyOnWriteArrayList<>();
    private final List<Long> awaySince = new ArrayList<>();
    private final Map<Integer, Long> launchedAt = new ConcurrentHashMap<>();
    private final Set<Integer> present = new ConcurrentSkipListSet<>();
    /** The members that are neither frozen nor down. */
    private final Set<Integer> up = new ConcurrentSkipListSet<>();
    /** The program of each host. */
    private final Map<Integer, Path> programs = new ConcurrentHashMap<>();

    private int logs;

    /** @param dir where members keep what they keep; each has a folder in it */
    private FaultyCluster(
            Network network, History history, Path dir, Map<String, String> environment, Machines.Wanted wanted) {
        this.network = network;
        this.history = history;
        this.dir = dir;
        this.environment = environment;
        this.machines = new Machines(wanted, network.size(), dir);
    }

    /** Starts a member on each host of the network and waits until they are one cluster. */
    static FaultyCluster start(
            Network network, History history, Path dir, Map<String, String> environment, boolean fakeClocks) {
        return start(network.size(), network, history, dir, environment, new Machines.Wanted(fakeClocks, false));
    }

    /** Starts members on the first {@code size} hosts of the network and waits until they are one cluster. */
    static FaultyCluster start(
            int size,
            Network network,
            History history,
            Path dir,
            Map<String, String> environment,
            Machines.Wanted wanted) {
        return start(size, network, history, dir, environment, wanted, MemberProcess.JAR);
    }

    /** Starts members that run this program. */
    static FaultyCluster start(
            int size,
            Network network,
            History history,
            Path dir,
            Map<String, String> environment,
            Machines.Wanted wanted,
            Path program) {
        FaultyCluster cluster = new FaultyCluster(network, history, dir, environment, wanted);
        IntStream.range(0, network.size()).forEach(n -> cluster.install(n, program));
        try {
            for (int n = 0; n < size; n++) {
                cluster.members.add(cluster.launch(n));
                cluster.awaySince.add(0L);
                cluster.present.add(n);
                cluster.up.add(n);
            }
            cluster.awaitWhole();
        } catch (RuntimeException | Error failed) {
            cluster.close();
            throw failed;
        }
        return cluster;
    }

    private MemberProcess launch(int n) {
        launchedAt.put(n, System.nanoTime());
        Map<String, String> own = new HashMap<>(environment);
        String peers = IntStream.range(0, network.size())
                .mapToObj(peer -> network.peerAddress(peer) + ":" + CLUSTER_PORT)
                .collect(Collectors.joining(","));
        own.putAll(Map.of(
                "CLUSTER_MEMBERS", peers,
                "CLUSTER_HOST", network.peerAddress(n),
                "CLUSTER_PORT", Integer.toString(CLUSTER_PORT),
                "PORT", Integer.toString(HTTP_PORT),
                "DNS_PORT", Integer.toString(DNS_PORT),
                "APPLICATION_DIR", folder(n).toString()));
        return MemberProcess.launch(
                network.place(n, machines.command(n)), Objects.requireNonNull(programs.get(n)), own);
    }

    /** Lets member {@code n} run this program from its next start on. */
    void install(int n, Path program) {
        programs.put(n, program);
    }

    /** Returns the folder of member {@code n}. */
    Path folder(int n) {
        return Machines.folder(dir, n);
    }

    /** Counts the members so far, those that left for good included. */
    int size() {
        return members.size();
    }

    @Override
    public List<Integer> present() {
        return List.copyOf(present);
    }

    @Override
    public String address(int n) {
        return network.clientAddress(n);
    }

    @Override
    public int port() {
        return HTTP_PORT;
    }

    @Override
    public int dnsPort() {
        return DNS_PORT;
    }

    TestClient client(int n) {
        return members.get(n).client();
    }

    MemberProcess member(int n) {
        return members.get(n);
    }

    synchronized void freeze(int n) {
        members.get(n).freeze();
        isAway(n);
    }

    /**
     * Lets a member go on. If its peers may have gone on without it, it answers no read until it has compared copies: it
     * shows all that they had acknowledged when it woke. If there is one such peer, either of the two may be the one that
     * merges; of more, the member itself does.
     */
    synchronized void thaw(int n) {
        long woken = System.nanoTime();
        members.get(n).thaw();
        if (woken - awaySince.get(n) > DOUBTS_AFTER.toNanos()) {
            history.add(new Knowledge(n, woken, woken));
        }
        if (woken - awaySince.get(n) > HazelcastCluster.PATIENCE.toNanos() && up.size() == 1) {
            history.add(new Split(awaySince.get(n), woken));
        }
        isBack(n);
    }

    synchronized void kill(int n) {
        isAway(n);
        members.get(n).kill();
        history.add(new Loss(n, System.nanoTime()));
    }

    /** Sends SIGTERM and waits for the end. */
    synchronized void stop(int n) {
        isAway(n);
        members.get(n).stop();
        history.add(new Loss(n, System.nanoTime()));
    }

    /**
     * Starts member {@code n} again and waits until it answers reads: none of them may lack what was acknowledged before
     * {@code upTo}.
     */
    void restart(int n, long upTo) {
        replace(n);
        awaitBack(n, upTo);
    }

    /**
     * Waits until a member that was started again answers reads: none since its start may lack what was acknowledged
     * before {@code upTo}.
     */
    void awaitBack(int n, long upTo) {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (!members.get(n).becomesReady()) {
            // A member does not start on a full disk; who runs it starts it again.
            if (!members.get(n).log().contains(DISK_IS_FULL) || System.nanoTime() - patience > 0) {
                throw new AssertionError(members.get(n).log());
            }
            Pause.of(BEFORE_ANOTHER_START);
            replace(n);
        }
        warmUp(n);
        history.add(new Knowledge(n, Objects.requireNonNull(launchedAt.get(n)), upTo));
        isBack(n);
    }

    /**
     * Asks a member once in each way that needs many classes. The first request of a kind loads them, which takes over a
     * second where five programs share two processors.
     */
    private void warmUp(int n) {
        client(n).post("/v3/discovery:endpoints", "application/json", "{\"resource_names\": [\"nothing\"]}");
        client(n).get("/v1/prometheus/targets");
        client(n).get("/v1/registration/nothing?wait=1ms&index=0");
    }

    /** Starts a member on the next host, waits until it answers reads, and lets clients ask it. */
    void join() {
        int n = members.size();
        long upTo = System.nanoTime();
        synchronized (this) {
            members.add(launch(n));
            awaySince.add(0L);
        }
        awaitBack(n, upTo);
        present.add(n);
    }

    /** Stops a member for good. */
    void leave(int n) {
        present.remove(n);
        stop(n);
        history.add(new Away(n, awaySince.get(n), Long.MAX_VALUE));
    }

    /** Starts all members again, all at once, and waits until they answer reads. */
    void restartAll(long upTo) {
        present.forEach(this::replace);
        for (int n : present) {
            awaitBack(n, upTo);
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

    private void isAway(int n) {
        awaySince.set(n, System.nanoTime());
        up.remove(n);
    }

    private synchronized void isBack(int n) {
        up.add(n);
        history.add(new Away(n, awaySince.get(n), System.nanoTime()));
    }

    /** Sets the clock of member {@code n} wrong by this time. */
    void setClock(int n, Duration offset) {
        machines.setClock(n, offset);
    }

    /** Returns the disk of member {@code n}. */
    FaultyDisk disk(int n) {
        return machines.disk(n);
    }

    /** Waits until each member answers reads and sees all. */
    void awaitWhole() {
        present.forEach(n -> members.get(n).awaitReady());
        await().alias("one cluster of " + present.size()).atMost(PATIENCE).until(this::isWhole);
        present.forEach(this::warmUp);
    }

    /** Returns whether each member sees all others. */
    boolean isWhole() {
        return present.stream().allMatch(n -> sees(client(n)) == present.size());
    }

    /** Waits until no change of these members waits to be written to the backend. */
    void awaitWritten(List<Integer> writers) {
        await().alias("nothing that waits to be written")
                .atMost(PATIENCE)
                .until(() -> writers.stream().allMatch(n -> client(n).metric("discovery_backend_waiting") == 0));
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
