package io.discovery.v1;

import io.discovery.audit.AuditLog;
import io.discovery.config.Settings;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.directory.Snapshot;
import io.discovery.http.Access;
import io.discovery.http.EndpointRequest;
import io.discovery.http.ErrorResponses;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.RequestPreconditions;
import io.discovery.http.Response;
import io.discovery.http.ResponseWorkers;
import io.discovery.memory.HeapReserve;
import io.discovery.registry.Askers;
import io.discovery.registry.Registry;
import io.discovery.subscription.EventLoopSubscriptions;
import io.discovery.telemetry.Meters;
import io.discovery.telemetry.Statsd;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** The endpoints of the seed's API, and of what this project adds to it. Thread-safe. */
public final class V1Api {

    /** Maximum bytes of a request about one service or host: 64 kB. */
    static final int BODY_LIMIT = 64 * 1024;

    /** Divisor of the heap for the list of all services, which takes as much again while it is made. */
    private static final int OVERVIEW_SHARE = 16;

    private static final String SERVICE = "service";
    /** The label of reads that may have waited: their times say nothing about others. */
    private static final String POLL = "poll";
    /** The seed's name for lists by repo, in the place of a service's name. */
    private static final String REPO = "repo";

    private static final String POST_TO_HOST =
            "POST to a host's path; expected /v1/registration/<service> with the host's ip";
    private static final String DELETE_OF_SERVICE =
            "DELETE of a service; expected /v1/registration/<service>/<ip_address>";

    private final ListResponses services;
    private final ReadHandlers reads;
    private final IdentityRoom room;
    private final WriteHandlers writes;
    private final LongPollHandler polls;
    private final EventLoopSubscriptions waiting;
    private final BulkRegistration bulk;
    private final ServicesOverview overview;
    private final AddressHosts addresses;
    private final HttpEndpoint service;

    /**
     * The parts of the member that the API uses.
     *
     * @param polls listeners for reads that wait for a change
     * @param reports make the responses for people who look at the whole registry, so that others do not wait for these
     * @param heap the heap that the list of all services takes
     */
    public record Services(
            Settings settings,
            Registry registry,
            Askers askers,
            Directory directory,
            Readiness readiness,
            EventLoopSubscriptions polls,
            Statsd statsd,
            AuditLog audit,
            ResponseWorkers workers,
            ResponseWorkers reports,
            HeapReserve heap) {}

    public V1Api(Services given) {
        Settings.Http http = given.settings().http();
        Directory directory = given.directory();
        Readiness readiness = given.readiness();
        ResponseWorkers workers = given.workers();
        V1Json json = new V1Json(http.applicationEnv());
        InstancePath instances = new InstancePath(given.settings().registry().instanceKey(), directory);
        services = ListResponses.ofServices(json, http.cacheTtl(), workers);
        long longest = Runtime.getRuntime().maxMemory() / OVERVIEW_SHARE;
        reads = new ReadHandlers(
                directory,
                readiness,
                instances,
                services,
                ListResponses.ofRepos(json, workers),
                workers.shared(() ->
                        ReadHandlers.overview(directory, readiness, given.heap().passing(longest))));
        room = new IdentityRoom(directory);
        writes = new WriteHandlers(
                given.registry(),
                directory,
                readiness,
                instances,
                http.autoIp(),
                given.statsd(),
                new AuditedRegistry(given, room));
        waiting = given.polls();
        polls = new LongPollHandler(workers.vertx(), waiting, directory, reads);
        bulk = new BulkRegistration(
                writes, given.registry(), new ErrorResponses(given.settings().debug()), workers.executor());
        overview = new ServicesOverview(
                directory,
                readiness,
                new ServicesOverview.Rules(
                        given.settings().lease(), given.settings().registry().instanceKey()),
                () -> given.heap().passing(longest),
                given.reports());
        addresses = new AddressHosts(
                directory,
                readiness,
                () -> given.heap().passing(longest),
                given.reports().executor());
        service = HttpEndpoint.at("/v1/registration/:service", SERVICE)
                .get(Access.READ_SERVICE, this::list)
                .post(Access.WRITE_SERVICE, BODY_LIMIT, writes::register)
                .delete(Access.WRITE_SERVICE, request -> refuse(DELETE_OF_SERVICE))
                .countedAs(V1Api::label);
    }

    public void register(Meters meters) {
        meters.gauge("discovery.polls.waiting", waiting::size);
        meters.counter("discovery.auth.hosts.refused", room::refused);
    }

    /** Returns all endpoints. */
    public List<HttpEndpoint> endpoints() {
        return List.of(
                service,
                HttpEndpoint.at("/v1/registration/:service/:ip_address", "host")
                        .get(Access.READ_SERVICE, this::host)
                        .post(Access.WRITE_SERVICE, BODY_LIMIT, request -> refuse(POST_TO_HOST))
                        .delete(Access.WRITE_SERVICE, writes::deregister),
                HttpEndpoint.at("/v1/loadbalancing/:service", "weight")
                        .post(Access.WRITE_SERVICE, BODY_LIMIT, writes::setWeightOfAll),
                HttpEndpoint.at("/v1/loadbalancing/:service/:ip_address", "weight")
                        .post(Access.WRITE_SERVICE, BODY_LIMIT, writes::setWeight),
                HttpEndpoint.at("/v1/services", "services").get(Access.READ_ALL, request -> reads.services()),
                overview.endpoint(),
                addresses.endpoint(),
                HttpEndpoint.at("/v1/registrations", "registrations")
                        .post(Access.WRITE_SOME, BulkRegistration.BODY_LIMIT, bulk::register));
    }

    /** Returns the endpoint of heartbeats and of reads of a service's list. */
    public HttpEndpoint service() {
        return service;
    }

    /** Returns the v1 JSON of a service's list, a line: the same bytes as the body of a response. */
    public Buffer body(Snapshot snapshot) {
        return services.body(snapshot);
    }

    private static String label(HttpServerRequest request) {
        return !HttpMethod.POST.equals(request.method()) && LongPoll.isIn(request.query()) ? POLL : SERVICE;
    }

    private Future<Response> list(EndpointRequest request) {
        RequestPreconditions wanted = new RequestPreconditions(request.http().headers());
        LongPoll poll = LongPoll.of(request.http().query());
        return poll == null ? reads.service(request.segment(0), wanted) : polls.service(request, poll, wanted);
    }

    private Future<Response> host(EndpointRequest request) {
        if (request.segment(0).equals(REPO)) {
            // It shows hosts of any service.
            request.client().requireReadAll();
            return reads.repo(
                    request.segment(1), new RequestPreconditions(request.http().headers()));
        }
        return Future.succeededFuture(reads.host(request.segment(0), request.segment(1)));
    }

    private static Future<Response> refuse(String message) {
        return Future.failedFuture(new ErrorResponses.Refused(ErrorResponses.error(400, message)));
    }
}
