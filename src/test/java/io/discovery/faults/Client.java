package io.discovery.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.discovery.faults.Fleet.Host;
import io.discovery.history.History;
import io.discovery.history.Operation;
import io.discovery.history.Operation.Kind;
import io.discovery.history.Seen;
import io.discovery.testing.TestClient;
import io.discovery.watchers.SeenHosts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** A client that sends requests to members and notes every answer. It has one thread. */
final class Client {

    /** The timeout, longer than that of a member, so that the member gives up first. */
    private static final Duration PATIENCE = Duration.ofMillis(2_500);

    private static final int UNKNOWN = 0;
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String JSON_TYPE = "application/json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int id;
    private final History history;
    private final IntFunction<TestClient> members;

    /** @param members by number; {@link Operation#ANY} is a load balancer, if there is one */
    Client(int id, History history, IntFunction<TestClient> members) {
        this.id = id;
        this.history = history;
        this.members = members;
    }

    int id() {
        return id;
    }

    /** Registers a host, or reports for it if the number is that of its last registration; returns the status. */
    int register(int member, Host host, int number) {
        String path = "/v1/registration/" + host.service();
        Request request = new Request("POST", path, FORM, TestClient.encode(registration(host, number)));
        return change(member, Kind.REGISTER, host, Fleet.revision(number), request);
    }

    private static Map<String, String> registration(Host host, int number) {
        return TestClient.registration(
                Map.of("ip", host.address(), "port", Integer.toString(number), "revision", Fleet.revision(number)));
    }

    int weigh(int member, Host host, String weight) {
        String path = "/v1/loadbalancing/" + host.service() + "/" + host.address();
        return change(member, Kind.WEIGH, host, weight, new Request("POST", path, FORM, weightForm(weight)));
    }

    private static String weightForm(String weight) {
        return TestClient.encode(Map.of("load_balancing_weight", weight));
    }

    int deregister(int member, Host host) {
        String path = "/v1/registration/" + host.service() + "/" + host.address();
        return change(member, Kind.DEREGISTER, host, "", new Request("DELETE", path, FORM, ""));
    }

    private int change(int member, Kind kind, Host host, String value, Request request) {
        long invoked = System.nanoTime();
        int status = ask(member, request).status();
        note(kind, member, host, value, invoked, status);
        return status;
    }

    private void note(Kind kind, int member, Host host, String value, long invoked, int status) {
        history.add(new Operation(
                id, kind, member, host.service(), host.address(), value, invoked, System.nanoTime(), status, Map.of()));
    }

    /**
     * Weighs all hosts of a service by one request, which reaches those that are listed just then.
     *
     * @param hosts all that may be
     */
    void weighAll(int member, String service, Supplier<Collection<Host>> hosts, String weight) {
        long invoked = System.nanoTime();
        int status = ask(member, new Request("POST", "/v1/loadbalancing/" + service, FORM, weightForm(weight)))
                .status();
        hosts.get().forEach(host -> note(Kind.WEIGH, member, host, weight, invoked, status < 300 ? UNKNOWN : status));
    }

    /** A new or repeated registration of a host. */
    record Registration(Host host, int number) {}

    /** Registers many hosts by one request; the answer has a status for each. */
    int registerAll(int member, List<Registration> registrations) {
        ArrayNode body = JSON.createArrayNode();
        for (Registration each : registrations) {
            ObjectNode fields = body.addObject().put("service", each.host().service());
            registration(each.host(), each.number()).forEach(fields::put);
        }
        long invoked = System.nanoTime();
        Answer answer = ask(member, new Request("POST", "/v1/registrations", JSON_TYPE, body.toString()));
        JsonNode results = answer.status() / 100 == 2 ? json(answer.body()).path("results") : JSON.createArrayNode();
        for (int n = 0; n < registrations.size(); n++) {
            Registration each = registrations.get(n);
            int status = results.path(n).path("status").asInt(answer.status());
            note(Kind.REGISTER, member, each.host(), Fleet.revision(each.number()), invoked, status);
        }
        return answer.status();
    }

    int read(int member, String service) {
        long invoked = System.nanoTime();
        Answer answer = ask(member, new Request("GET", "/v1/registration/" + service, FORM, ""));
        long completed = System.nanoTime();
        Map<String, Seen> seen = answer.status() == 200 ? SeenHosts.ofList(answer.body()) : Map.of();
        history.add(new Operation(id, Kind.READ, member, service, "", "", invoked, completed, answer.status(), seen));
        return answer.status();
    }

    private record Request(String method, String path, String contentType, String body) {}

    private record Answer(int status, String body) {}

    private Answer ask(int member, Request request) {
        TestClient client = members.apply(member);
        try {
            HttpResponse<String> answer = client.send(client.request(request.path())
                    .timeout(PATIENCE)
                    .header("Content-Type", request.contentType())
                    .method(
                            request.method(),
                            request.body().isEmpty()
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(request.body())));
            return new Answer(answer.statusCode(), answer.body());
        } catch (UncheckedIOException broken) {
            return new Answer(UNKNOWN, "");
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException noJson) {
            throw new UncheckedIOException(noJson);
        }
    }
}
