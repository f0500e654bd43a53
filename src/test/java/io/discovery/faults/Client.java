package io.discovery.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.discovery.faults.Operation.Kind;
import io.discovery.faults.Operation.Seen;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** A client that sends requests to members and notes every answer. It has one thread. */
final class Client {

    /** The timeout, longer than that of a member, so that the member gives up first. */
    private static final Duration PATIENCE = Duration.ofMillis(2_500);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final int id;
    private final History history;
    private final IntFunction<TestClient> members;

    Client(int id, History history, IntFunction<TestClient> members) {
        this.id = id;
        this.history = history;
        this.members = members;
    }

    int id() {
        return id;
    }

    Operation register(int member, String service, String host, String revision) {
        Map<String, String> form = TestClient.registration(Map.of("ip", host, "revision", revision));
        return change(member, Kind.REGISTER, service, host, revision, "POST", "/v1/registration/" + service, form);
    }

    Operation weigh(int member, String service, String host, String weight) {
        String path = "/v1/loadbalancing/" + service + "/" + host;
        return change(member, Kind.WEIGH, service, host, weight, "POST", path, Map.of("load_balancing_weight", weight));
    }

    Operation deregister(int member, String service, String host) {
        String path = "/v1/registration/" + service + "/" + host;
        return change(member, Kind.DEREGISTER, service, host, "", "DELETE", path, Map.of());
    }

    private Operation change(
            int member,
            Kind kind,
            String service,
            String host,
            String value,
            String method,
            String path,
            Map<String, String> form) {
        long invoked = System.nanoTime();
        int status = ask(member, method, path, form).status();
        return note(
                new Operation(id, kind, member, service, host, value, invoked, System.nanoTime(), status, Map.of()));
    }

    Operation read(int member, String service) {
        long invoked = System.nanoTime();
        Answer answer = ask(member, "GET", "/v1/registration/" + service, Map.of());
        long completed = System.nanoTime();
        Map<String, Seen> seen = answer.status() == 200 ? seen(answer.body()) : Map.of();
        return note(new Operation(id, Kind.READ, member, service, "", "", invoked, completed, answer.status(), seen));
    }

    private Operation note(Operation operation) {
        history.add(operation);
        return operation;
    }

    private record Answer(int status, String body) {}

    private Answer ask(int member, String method, String path, Map<String, String> form) {
        TestClient client = members.apply(member);
        try {
            HttpResponse<String> answer = client.send(client.request(path)
                    .timeout(PATIENCE)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .method(
                            method,
                            form.isEmpty()
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(TestClient.encode(form))));
            return new Answer(answer.statusCode(), answer.body());
        } catch (UncheckedIOException broken) {
            return new Answer(0, "");
        }
    }

    private static Map<String, Seen> seen(String body) {
        try {
            Map<String, Seen> seen = new HashMap<>();
            for (JsonNode host : JSON.readTree(body).path("hosts")) {
                String weight = host.path("tags").path("load_balancing_weight").asText("");
                seen.put(
                        host.path("ip_address").textValue(),
                        new Seen(host.path("revision").textValue(), weight));
            }
            return seen;
        } catch (IOException noJson) {
            throw new UncheckedIOException(noJson);
        }
    }
}
