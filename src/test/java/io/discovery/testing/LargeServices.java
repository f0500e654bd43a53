package io.discovery.testing;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Services whose registrations have the largest size allowed: {@link #HOSTS} hosts each, of 16 kB. */
public final class LargeServices {

    /** The number of hosts of a service: as many as one request can register. */
    public static final int HOSTS = 200;

    private static final String TEXT = "x".repeat(15_800);

    private LargeServices() {}

    public static String name(int number) {
        return "service-" + number;
    }

    /** Returns the repo of all hosts of a service. */
    public static String repo(int number) {
        return "repo-" + number;
    }

    /** Registers all hosts of one service at once and returns the status. */
    public static int register(TestClient client, int number) {
        return register(client, number, HOSTS, "r", TEXT);
    }

    /**
     * Registers all hosts of one service with these texts and returns the status.
     *
     * @param revision as it stands in JSON, like the tag
     */
    public static int register(TestClient client, int number, int hosts, String revision, String instanceId) {
        String many = IntStream.rangeClosed(1, hosts)
                .mapToObj(host -> ("{\"service\": \"%s\", \"ip\": \"%s\", \"port\": 80, \"revision\": \"%s\","
                                + " \"service_repo_name\": \"%s\","
                                + " \"tags\": {\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"%s\"}}")
                        .formatted(name(number), address(number, host), revision, repo(number), instanceId))
                .collect(Collectors.joining(", ", "[", "]"));
        return client.post("/v1/registrations", "application/json", many).statusCode();
    }

    /** Deregisters all hosts of one service. */
    public static void deregister(TestClient client, int number) {
        for (int host = 1; host <= HOSTS; host++) {
            client.delete("/v1/registration/" + name(number) + "/" + address(number, host));
        }
    }

    private static String address(int number, int host) {
        return "127.0." + number + "." + host;
    }
}
