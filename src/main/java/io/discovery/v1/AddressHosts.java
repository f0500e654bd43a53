package io.discovery.v1;

import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.http.Access;
import io.discovery.http.EndpointRequest;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.Response;
import io.discovery.model.IpAddress;
import io.discovery.model.RegistryException.InvalidParameter;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The hosts at an address, of all services. The directory has no index of addresses: it looks at every host, once for
 * all requests that wait. Thread-safe.
 */
final class AddressHosts {

    private final Directory directory;
    private final Readiness readiness;
    private final Batches<IpAddress> lookups;

    AddressHosts(Directory directory, Readiness readiness, WorkerExecutor workers) {
        this.directory = directory;
        this.readiness = readiness;
        this.lookups = new Batches<>(workers, this::make);
    }

    HttpEndpoint endpoint() {
        return HttpEndpoint.at("/v1/hosts/:ip_address", "address").get(Access.READ_ALL, this::respond);
    }

    private Future<Response> respond(EndpointRequest request) {
        String given = request.segment(0);
        IpAddress address = IpAddress.parse(given)
                .orElseThrow(() -> new InvalidParameter(
                        "ip_address", given, "an IPv4 or IPv6 address, without brackets, port or zone"));
        readiness.requireReads();
        return lookups.ask(address);
    }

    private Map<IpAddress, Response> make(Set<IpAddress> addresses) {
        Map<IpAddress, Response> responses = new HashMap<>();
        readiness
                .read(() -> directory.at(addresses))
                .forEach((address, hosts) -> responses.put(address, Response.ok(V1Json.address(address, hosts))));
        return responses;
    }
}
