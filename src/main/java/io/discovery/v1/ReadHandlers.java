package io.discovery.v1;

import io.discovery.directory.Directory;
import io.discovery.directory.Listing;
import io.discovery.directory.Readiness;
import io.discovery.directory.ServiceOverview;
import io.discovery.http.RequestPreconditions;
import io.discovery.http.Response;
import io.discovery.http.SharedResponse;
import io.discovery.model.InstanceKey;
import io.discovery.model.RegistryException.NotListed;
import io.discovery.model.RegistryException.SeveralInstances;
import io.discovery.model.ServiceName;
import io.vertx.core.Future;
import java.util.List;

/** Handlers of requests that read this member's directory; they refuse until it is complete. Thread-safe. */
final class ReadHandlers {

    /** Header with the number of hosts that are marked stale; not sent if there are none. */
    static final String STALE = "Discovery-Stale";

    private final Directory directory;
    private final Readiness readiness;
    private final InstancePath hosts;
    private final ListResponses services;
    private final ListResponses repos;
    private final SharedResponse overview;

    /** @param overview the list of all services, as {@link #overview} makes it */
    ReadHandlers(
            Directory directory,
            Readiness readiness,
            InstancePath hosts,
            ListResponses services,
            ListResponses repos,
            SharedResponse overview) {
        this.directory = directory;
        this.readiness = readiness;
        this.hosts = hosts;
        this.services = services;
        this.repos = repos;
        this.overview = overview;
    }

    Future<Response> service(String service, RequestPreconditions wanted) {
        return services.of(readiness.read(() -> directory.service(new ServiceName(service))), wanted);
    }

    Future<Response> repo(String repo, RequestPreconditions wanted) {
        return repos.of(readiness.read(() -> directory.repo(repo)), wanted);
    }

    /** Responds with all services, as they are listed at the request or later. */
    Future<Response> services() {
        readiness.requireReads();
        return overview.ask();
    }

    /**
     * Returns all services as they are listed now; takes long if there are many.
     *
     * @param most maximum bytes of the body
     * @throws io.discovery.model.RegistryException.NotReady if reads are refused by now: the request may be a while ago
     */
    static SharedResponse.Made overview(Directory directory, Readiness readiness, long most) {
        ServiceCounts counts = new ServiceCounts(most);
        ServiceOverview overview = readiness.read(() -> directory.overview(counts));
        return new SharedResponse.Made(
                marked(Response.ok(counts.body()), counts.stale()), () -> directory.isStill(overview));
    }

    /** Returns one host: 404 if it is not listed, 400 if the address has several and no port is given. */
    Response host(String serviceText, String instance) {
        return readiness.read(() -> found(serviceText, instance));
    }

    private Response found(String serviceText, String instance) {
        ServiceName service = new ServiceName(serviceText);
        List<InstanceKey> keys = hosts.keys(service, instance);
        if (keys.size() > 1) {
            throw new SeveralInstances(keys.get(0).address(), keys);
        }
        List<Listing> listed = hosts.listed(service, keys);
        if (listed.isEmpty()) {
            throw new NotListed(service, instance);
        }
        Listing host = listed.get(0);
        return marked(Response.ok(V1Json.host(host)), host.isStale() ? 1 : 0);
    }

    /** @throws io.discovery.model.RegistryException.NotReady until the directory has all there is */
    void requireReadable() {
        readiness.requireReads();
    }

    /** Returns the response with the number of stale hosts in its header. */
    static Response marked(Response response, long stale) {
        return stale == 0 ? response : response.with(STALE, Long.toString(stale));
    }
}
