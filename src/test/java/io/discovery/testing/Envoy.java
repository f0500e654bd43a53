package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A real Envoy with a file of {@code cluster-config/envoy} as it is shipped, with other ports. {@code scripts/clients}
 * gets the program.
 */
public final class Envoy implements AutoCloseable {

    private static final Path PROGRAM = Path.of("target", "clients", "envoy", "bin", "envoy");
    /**
     * The ports in the files: of the listener, of the administration, of a stand-alone member, and of the members of a
     * cluster.
     */
    private static final int SHIPPED_PORT = 10_000;

    private static final int SHIPPED_ADMIN_PORT = 9901;
    private static final int SHIPPED_LONE_MEMBER = 8080;
    private static final List<Integer> SHIPPED_MEMBERS = List.of(8081, 8082, 8083);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Set<Class<?>> SKIPPED = ConcurrentHashMap.newKeySet();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExternalProcess process;
    private final int port;
    private final int adminPort;
    private final TestClient client;
    private final TestClient admin;

    private Envoy(ExternalProcess process, int port, int adminPort) {
        this.process = process;
        this.port = port;
        this.adminPort = adminPort;
        this.client = new TestClient(port);
        this.admin = new TestClient(adminPort);
    }

    /** Returns the path of the program. Without the program the tests of a class are skipped, and one line says so. */
    public static Path require(Class<?> test) {
        if (!Files.isExecutable(PROGRAM)) {
            String why = test.getSimpleName() + ": there is no Envoy, ./scripts/clients gets it";
            if (SKIPPED.add(test)) {
                System.out.println("SKIPPED: " + why);
            }
            assumeTrue(false, why);
        }
        return PROGRAM;
    }

    /**
     * Starts an Envoy and waits until its administration answers. It refuses connections until it knows the instances
     * of each service, for 15 s at most.
     *
     * @param file its name in {@code cluster-config/envoy}
     * @param members the ports of the members of a cluster, or the port of a stand-alone member; the other ports of the
     * file are closed
     * @param change another change of the text of the file
     */
    public static Envoy start(String file, List<Integer> members, UnaryOperator<String> change) {
        List<Integer> shipped = Stream.concat(SHIPPED_MEMBERS.stream(), Stream.of(SHIPPED_LONE_MEMBER))
                .toList();
        int first = members.size() == 1 ? SHIPPED_MEMBERS.size() : 0;
        List<Integer> ports = Ports.free(2 + shipped.size());
        try {
            String here = Files.readString(Path.of("cluster-config", "envoy", file));
            here = moved(here, SHIPPED_PORT, ports.get(0));
            here = moved(here, SHIPPED_ADMIN_PORT, ports.get(1));
            for (int i = 0; i < shipped.size(); i++) {
                boolean listens = i >= first && i - first < members.size();
                here = moved(here, shipped.get(i), listens ? members.get(i - first) : ports.get(2 + i));
            }
            return start(change.apply(here), ports.get(0), ports.get(1));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String moved(String text, int from, int to) {
        String shipped = "port_value: " + from + "}";
        assertThat(text).contains(shipped);
        return text.replace(shipped, "port_value: " + to + "}");
    }

    private static Envoy start(String config, int port, int adminPort) throws IOException {
        assertThat(Loopback.addressesOf(config)).isNotEmpty().allMatch(Loopback::isLoopback);
        Path file = Files.writeString(Files.createTempFile("discovery-envoy", ".yaml"), config);
        file.toFile().deleteOnExit();
        // A restart without a gap takes a memory segment that all of one machine would share.
        Program program = Program.of(
                PROGRAM.toString(),
                "-c",
                file.toString(),
                "--concurrency",
                "1",
                "--disable-hot-restart",
                "--log-level",
                "info");
        Envoy envoy = new Envoy(program.start("Envoy"), port, adminPort);
        envoy.process.awaitReady(PATIENCE, () -> envoy.admin.answers("/server_info"));
        return envoy;
    }

    /** Sends a request through Envoy, which retries it as its file says. */
    public HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = client.request(path);
        return client.send(headers.length == 0 ? request : request.headers(headers));
    }

    /**
     * Sends requests through Envoy, one after the other, and counts them by the instance that answered, or by the
     * status if it is not 200.
     */
    public Map<String, Integer> answers(int requests, String... headers) {
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            HttpResponse<String> answer = get("/", headers);
            answers.merge(
                    answer.statusCode() == 200 ? answer.body() : Integer.toString(answer.statusCode()),
                    1,
                    Integer::sum);
        }
        return answers;
    }

    /** Returns the addresses of the instances of a service as Envoy knows them, each with its weight. */
    public Map<String, Integer> weights(String service) {
        Map<String, Integer> weights = new TreeMap<>();
        statuses(service)
                .forEach(host -> weights.put(
                        host.at("/address/socket_address/address").asText(),
                        host.path("weight").asInt()));
        return weights;
    }

    /** Returns the port of the member to which Envoy has a stream open; 0 without one. */
    public int streamsFrom() {
        return statuses("discovery")
                .filter(host -> elements(host.path("stats"))
                        .anyMatch(stat -> stat.path("name").asText().equals("rq_active")
                                && stat.path("value").asInt() > 0))
                .mapToInt(host -> host.at("/address/socket_address/port_value").asInt())
                .findFirst()
                .orElse(0);
    }

    private Stream<JsonNode> statuses(String cluster) {
        return elements(admin("/clusters?format=json").path("cluster_statuses"))
                .filter(each -> each.path("name").asText().equals(cluster))
                .flatMap(each -> elements(each.path("host_statuses")));
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /**
     * Returns a counter or gauge by its whole name.
     *
     * @throws AssertionError if there is none
     */
    public long stat(String name) {
        String all = admin.get("/stats").body();
        return all.lines()
                .filter(line -> line.startsWith(name + ": "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 2)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no statistic " + name + " in " + all));
    }

    /** Counts the requests of Envoy for the instances of payments that were refused or not answered. */
    public long failures() {
        return stat("cluster.payments.update_failure");
    }

    /** Returns the endpoints that Envoy has, as {@code /config_dump?include_eds} shows them. */
    public JsonNode endpoints() {
        return admin("/config_dump?include_eds");
    }

    private JsonNode admin(String path) {
        try {
            return JSON.readTree(admin.get(path).body());
        } catch (IOException noJson) {
            throw new UncheckedIOException(noJson);
        }
    }

    public int port() {
        return port;
    }

    /** Returns the port of the administration. */
    public int adminPort() {
        return adminPort;
    }

    public String log() {
        return process.log();
    }

    /** Sends SIGKILL: Envoy has nothing to put in order. */
    @Override
    public void close() {
        process.close();
    }
}
