package io.discovery.testing;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Members in processes of their own that form one cluster on 127.0.0.1. Members are numbered from 0. */
public final class TestCluster implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Map<String, String>> environments = new ArrayList<>();
    private final List<MemberProcess> members = new ArrayList<>();
    /** The program of each member. */
    private final List<Path> programs = new ArrayList<>();

    private TestCluster() {}

    private UnaryOperator<TestClient> asking = UnaryOperator.identity();

    /** Starts {@code size} members at the same moment and waits until each answers reads and sees all. */
    public static TestCluster start(int size, Map<String, String> environment) {
        TestCluster cluster = launch(size, environment);
        try {
            cluster.awaitWhole();
        } catch (RuntimeException | Error failed) {
            cluster.close();
            throw failed;
        }
        return cluster;
    }

    /** Starts {@code size} members at the same moment and does not wait. */
    public static TestCluster launch(int size, Map<String, String> environment) {
        TestCluster cluster = prepare(size, n -> environment);
        for (int n = 0; n < size; n++) {
            cluster.launchNext();
        }
        return cluster;
    }

    /** Creates a cluster none of whose members runs yet, each with an environment of its own. */
    public static TestCluster prepare(int size, IntFunction<Map<String, String>> environment) {
        TestCluster cluster = new TestCluster();
        List<Integer> ports = Ports.free(2 * size);
        String peers =
                ports.subList(0, size).stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        for (int n = 0; n < size; n++) {
            Map<String, String> own = new HashMap<>(environment.apply(n));
            own.put("CLUSTER_MEMBERS", peers);
            own.put("CLUSTER_HOST", "127.0.0.1");
            own.put("CLUSTER_PORT", Integer.toString(ports.get(n)));
            own.put("PORT", Integer.toString(ports.get(size + n)));
            own.computeIfPresent("APPLICATION_DIR", appendNumber(n));
            cluster.environments.add(own);
            cluster.programs.add(MemberProcess.JAR);
        }
        return cluster;
    }

    /** Starts the first member that does not run yet, without waiting. */
    public MemberProcess launchNext() {
        MemberProcess member = launch(members.size());
        members.add(member);
        return member;
    }

    private MemberProcess launch(int n) {
        return MemberProcess.launch(MemberProcess.Place.HERE, programs.get(n), environments.get(n));
    }

    private static BiFunction<String, String, String> appendNumber(int n) {
        return (name, dir) -> Path.of(dir).resolve(Integer.toString(n)).toString();
    }

    public int size() {
        return members.size();
    }

    public MemberProcess member(int n) {
        return members.get(n);
    }

    public TestClient client(int n) {
        return asking.apply(members.get(n).client());
    }

    /** Lets the clients of the members send a header with each request. */
    public void sendWithEach(String header, String value) {
        asking = client -> client.with(header, value);
    }

    /** Returns the environment with which member {@code n} starts. */
    public Map<String, String> environment(int n) {
        return Map.copyOf(environments.get(n));
    }

    /** Starts member {@code n} again, on its ports and its data, without waiting. */
    public MemberProcess relaunch(int n) {
        members.get(n).close();
        members.set(n, launch(n));
        return members.get(n);
    }

    /** Sets variables with which member {@code n} starts the next time. */
    public void configure(int n, Map<String, String> variables) {
        environments.get(n).putAll(variables);
    }

    /** Lets member {@code n} run this program from its next start on. */
    public void install(int n, Path program) {
        programs.set(n, program);
    }

    /** Waits until every member answers reads and sees all, and all copies are where they belong. */
    public void awaitWhole() {
        members.forEach(MemberProcess::awaitReady);
        await().alias("one cluster of " + size())
                .atMost(PATIENCE)
                .until(() -> IntStream.range(0, size()).allMatch(n -> sees(client(n), size())));
    }

    private static boolean sees(TestClient client, int members) {
        String cluster = client.get("/v1/cluster").body();
        return cluster.split("\"self\"", -1).length - 1 == members && cluster.contains("\"partitions_safe\": true");
    }

    public void kill(int n) {
        members.get(n).kill();
    }

    @Override
    public void close() {
        members.forEach(MemberProcess::close);
    }
}
