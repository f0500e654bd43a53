package io.discovery.v1;

import io.discovery.config.Settings.InstanceKeyMode;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.directory.ServiceOverview;
import io.discovery.http.Access;
import io.discovery.http.EndpointRequest;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.RequestQuery;
import io.discovery.http.Response;
import io.discovery.http.ResponseWorkers;
import io.discovery.http.SharedResponse;
import io.discovery.json.UtcTime;
import io.discovery.model.Lease;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.model.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The figures of services: how many hosts each has, of how many revisions, and how many of them are late. A worker
 * makes them, once for all requests that come meanwhile. Thread-safe.
 */
final class ServicesOverview {

    /** The field of the query that names a service. */
    private static final String SERVICE = "service";

    private static final int MOST_NAMES = 100;
    /** The time for which the figures of all services serve: hosts fall silent by time alone, and check in. */
    private static final long KEPT_MICROS = TimeUnit.SECONDS.toMicros(1);

    private final Directory directory;
    private final Readiness readiness;
    private final Rules rules;
    private final LongSupplier most;
    private final SharedResponse all;
    private final Batches<Set<ServiceName>> named;

    /**
     * The rules that each answer tells.
     *
     * @param lease by HOST_TTL
     * @param instanceKey the identity of a host: clients name hosts in paths by it
     */
    record Rules(Lease lease, InstanceKeyMode instanceKey) {}

    /** @param most maximum bytes of a body */
    ServicesOverview(
            Directory directory, Readiness readiness, Rules rules, LongSupplier most, ResponseWorkers workers) {
        this.directory = directory;
        this.readiness = readiness;
        this.rules = rules;
        this.most = most;
        this.all = workers.shared(this::makeAll);
        this.named = new Batches<>(workers.executor(), this::makeNamed);
    }

    HttpEndpoint endpoint() {
        return HttpEndpoint.at("/v1/services/overview", "services_overview").get(Access.READ_NAMED, this::respond);
    }

    private Future<Response> respond(EndpointRequest request) {
        List<String> names = RequestQuery.of(request.http()).all(SERVICE);
        readiness.requireReads();
        return names.isEmpty() ? all.ask() : named.ask(services(names));
    }

    private static Set<ServiceName> services(List<String> names) {
        if (names.size() > MOST_NAMES) {
            throw new InvalidParameter(SERVICE, names.size() + " names", "up to " + MOST_NAMES);
        }
        return names.stream().map(ServiceName::new).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the figures of all services as they are now; takes long if there are many hosts. */
    SharedResponse.Made makeAll() {
        Text text = new Text();
        long until = directory.nowMicros() + KEPT_MICROS;
        ServiceOverview seen =
                readiness.read(() -> directory.overview(text.figures, (service, counts) -> text.add(service)));
        return new SharedResponse.Made(
                Response.ok(text.body()), () -> directory.nowMicros() <= until && directory.isStill(seen));
    }

    /**
     * Returns the figures of the services that each question names; leaves out those without hosts. Each service is looked
     * at once, however many questions name it: no host of it can report meanwhile.
     */
    Map<Set<ServiceName>, Response> makeNamed(Set<Set<ServiceName>> questions) {
        Map<ServiceName, String> figures = readiness.read(() -> figures(questions));
        return questions.stream().collect(Collectors.toMap(names -> names, names -> named(names, figures)));
    }

    private Response named(Set<ServiceName> names, Map<ServiceName, String> figures) {
        Text text = new Text();
        for (ServiceName name : names) {
            String known = figures.get(name);
            if (known != null) {
                text.write(known);
            }
        }
        return Response.ok(text.body());
    }

    private Map<ServiceName, String> figures(Set<Set<ServiceName>> questions) {
        Map<ServiceName, String> all = new HashMap<>();
        ServiceFigures figures = new ServiceFigures(rules.lease, directory.nowMicros());
        questions.stream().flatMap(Set::stream).distinct().forEach(service -> {
            directory.visit(service, figures);
            if (!figures.isEmpty()) {
                all.put(service, figures.take(service));
            }
        });
        return all;
    }

    /** The JSON while it is written. */
    private final class Text {
        private final long nowMicros = directory.nowMicros();
        private final ServiceFigures figures = new ServiceFigures(rules.lease, nowMicros);
        private final JsonBlocks json = new JsonBlocks(most.getAsLong());
        private String before = "{\"services\": [";

        void add(ServiceName service) {
            if (!figures.isEmpty()) {
                write(figures.take(service));
            }
        }

        void write(String service) {
            json.write(before);
            json.write(service);
            before = ", ";
        }

        Buffer body() {
            json.write(before.equals(", ") ? "" : before);
            json.write("], \"host_ttl_seconds\": " + TimeUnit.MICROSECONDS.toSeconds(rules.lease.ttlMicros())
                    + ", \"instance_key\": \"" + rules.instanceKey.text()
                    + "\", \"time\": \"" + UtcTime.of(nowMicros) + "\"}\n");
            return json.body();
        }
    }
}
