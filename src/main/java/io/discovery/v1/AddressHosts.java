package io.discovery.v1;

import io.discovery.directory.Directory;
import io.discovery.directory.Listing;
import io.discovery.directory.Readiness;
import io.discovery.http.Access;
import io.discovery.http.EndpointRequest;
import io.discovery.http.ErrorResponses;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.Response;
import io.discovery.model.IpAddress;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.model.RegistryException.Overloaded;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The hosts at an address, of all services. The directory has no index of addresses: it looks at every host, once for
 * all requests that wait. Thread-safe.
 */
final class AddressHosts {

    private final Directory directory;
    private final Readiness readiness;
    private final LongSupplier most;
    private final Batches<IpAddress> lookups;

    /** @param most maximum bytes of the bodies that are made at once */
    AddressHosts(Directory directory, Readiness readiness, LongSupplier most, WorkerExecutor workers) {
        this.directory = directory;
        this.readiness = readiness;
        this.most = most;
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

    Map<IpAddress, Response> make(Set<IpAddress> addresses) {
        Map<IpAddress, List<Listing>> found = readiness.read(() -> directory.at(addresses));
        Map<IpAddress, Response> responses = new HashMap<>();
        long left = most.getAsLong();
        for (IpAddress address : addresses) {
            Response made = response(address, found.getOrDefault(address, List.of()), left);
            responses.put(address, made);
            left -= made.body().length();
        }
        return responses;
    }

    /** An address with too many hosts is refused alone: other clients wait for theirs. */
    private static Response response(IpAddress address, List<Listing> hosts, long most) {
        try {
            long stale = hosts.stream().filter(Listing::isStale).count();
            return ReadHandlers.marked(Response.ok(V1Json.address(address, hosts, most)), stale);
        } catch (Overloaded tooLong) {
            return ErrorResponses.unavailable(tooLong.getMessage());
        }
    }
}
