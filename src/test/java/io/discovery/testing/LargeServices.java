package io.discovery.testing;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Services whose registrations are as large as they may be: {@link #HOSTS} hosts each, of 16 kB. */
public final class LargeServices {

    /** As many as fit a request. */
    public static final int HOSTS = 200;

    private static final String TEXT = "x".repeat(15_800);

    private LargeServices() {}

    public static String name(int number) {
        return "service-" + number;
    }

    /** The repo that all hosts of a service name. */
    public static String repo(int number) {
        return "repo-" + number;
    }

    /** Registers all hosts of one service at once, and answers the status. */
    public static int register(TestClient client, int number) {
        return register(client, number, HOSTS, "r", TEXT);
    }

    /**
     * The same with other texts.
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
