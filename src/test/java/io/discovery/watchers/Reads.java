package io.discovery.watchers;

import io.discovery.history.History;
import io.discovery.history.Operation;
import io.discovery.history.Operation.Kind;
import io.discovery.history.Seen;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** A client that asks for lists again and again, in three ways: as Prometheus, as xDS over plain HTTP, and by DNS. */
final class Reads implements Watcher {

    private static final Duration PACE = Duration.ofMillis(150);
    private static final Duration PATIENCE = Duration.ofMillis(2_500);
    private static final int UNAVAILABLE = 503;

    private final Members members;
    private final History history;
    private final int client;
    private final Set<String> services;
    private final Stop stop;
    private final Map<String, TestClient> clients = new HashMap<>();

    /** @param client its number; it has two more, one for each way */
    Reads(Members members, History history, int client, Set<String> services, Stop stop) {
        this.members = members;
        this.history = history;
        this.client = client;
        this.services = services;
        this.stop = stop;
    }

    @Override
    public void visit(int member) {
        TestClient http =
                clients.computeIfAbsent(members.address(member), address -> new TestClient(address, members.port()));
        askAsPrometheus(member, http);
        stop.pause(PACE);
        askAsEnvoy(member, http);
        stop.pause(PACE);
        services.forEach(service -> askByDns(member, service));
        stop.pause(PACE);
    }

    private void askAsPrometheus(int member, TestClient http) {
        long invoked = System.nanoTime();
        try {
            HttpResponse<String> answer = http.send(
                    http.request("/v1/prometheus/targets").timeout(PATIENCE).GET());
            noteAll(client, member, invoked, answer, SeenHosts::ofTargets);
        } catch (UncheckedIOException broken) {
            note(client, member, "all", invoked, 0, Map.of());
        }
    }

    private void askAsEnvoy(int member, TestClient http) {
        long invoked = System.nanoTime();
        try {
            HttpResponse<String> answer = http.send(http.request("/v3/discovery:endpoints")
                    .timeout(PATIENCE)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(SeenHosts.request(List.copyOf(services)))));
            noteAll(client + 1, member, invoked, answer, SeenHosts::ofEndpoints);
        } catch (UncheckedIOException broken) {
            note(client + 1, member, "all", invoked, 0, Map.of());
        }
    }

    private interface Parser {
        Map<String, Map<String, Seen>> parse(String body);
    }

    private void noteAll(int number, int member, long invoked, HttpResponse<String> answer, Parser parser) {
        if (answer.statusCode() != 200) {
            note(number, member, "all", invoked, answer.statusCode(), Map.of());
            return;
        }
        long completed = System.nanoTime();
        Map<String, Map<String, Seen>> lists = parser.parse(answer.body());
        services.forEach(service -> history.add(new Operation(
                number,
                Kind.READ,
                member,
                service,
                "",
                "",
                invoked,
                completed,
                200,
                lists.getOrDefault(service, Map.of()))));
    }

    private void askByDns(int member, String service) {
        long invoked = System.nanoTime();
        try {
            SimpleResolver resolver = new SimpleResolver(members.address(member));
            resolver.setPort(members.dnsPort());
            resolver.setTimeout(PATIENCE);
            Name name = Name.fromConstantString(service + ".service.discovery.");
            Message answer = resolver.send(Message.newQuery(Record.newRecord(name, Type.SRV, DClass.IN)));
            int status = switch (answer.getRcode()) {
                case Rcode.NOERROR, Rcode.NXDOMAIN -> 200;
                default -> UNAVAILABLE;
            };
            note(client + 2, member, service, invoked, status, SeenHosts.ofRecords(answer));
        } catch (IOException broken) {
            note(client + 2, member, service, invoked, 0, Map.of());
        }
    }

    private void note(int number, int member, String service, long invoked, int status, Map<String, Seen> seen) {
        if (status == 0 && stop.isOver()) {
            // The end of all watchers interrupted the request.
            return;
        }
        history.add(
                new Operation(number, Kind.READ, member, service, "", "", invoked, System.nanoTime(), status, seen));
    }

    @Override
    public boolean isInStep() {
        return true;
    }
}
