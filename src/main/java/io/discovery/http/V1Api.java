package io.discovery.http;

import io.discovery.config.Settings;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.memory.CacheBudget;
import io.discovery.memory.HeapReserve;
import io.discovery.registry.Membership;
import io.discovery.registry.Registry;
import io.discovery.subscription.EventLoopSubscriptions;
import io.discovery.telemetry.Meters;
import io.discovery.telemetry.Statsd;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** All routes, put together. */
public final class V1Api {

    /** The bodies of requests may take this part of the heap. */
    private static final int BODIES_SHARE = 16;
    /** The list of all services may take this part, and as much again while it is made. */
    private static final int OVERVIEW_SHARE = 16;

    private V1Api() {}

    /**
     * What the routes need.
     *
     * @param polls those who wait for a list to change
     * @param lists of services, by {@link #lists}
     * @param workers threads for what takes long: compressing lists, reading large bodies
     * @param heap in which bodies are
     * @param health what health answers add
     * @param branches what is answered beside the registry's own API
     */
    public record Services(
            Settings settings,
            Registry registry,
            Directory directory,
            EventLoopSubscriptions polls,
            ListResponses lists,
            Readiness readiness,
            Membership membership,
            Meters meters,
            Statsd statsd,
            Vertx vertx,
            WorkerExecutor workers,
            HeapReserve heap,
            CacheBudget budget,
            Supplier<Map<String, Object>> health,
            HttpEndpoints branches) {}

    /** What answers requests, and what answers that which is no request. */
    public record Routes(Handler<HttpServerRequest> requests, Handler<HttpServerRequest> invalidRequests) {}

    /** The lists of services, of which each is rendered once for all who send it. */
    public static ListResponses lists(Settings.Http http, WorkerExecutor workers, CacheBudget budget) {
        return new ListResponses(
                new V1Json(http.applicationEnv())::service,
                // Its bytes are those of its hosts' fragments, which count with registrations.
                answer -> 0,
                snapshot -> List.of(
                        new Response.Header(LongPoll.INDEX, snapshot.version().toString())),
                whole -> new SeedListCache(whole, http.cacheTtl(), budget, System::nanoTime),
                new GzipCache(workers, budget, System::nanoTime));
    }

    /** One for all event loops, so that each list is rendered once. */
    public static Routes routes(Services services) {
        Settings.Http http = services.settings().http();
        long memory = Runtime.getRuntime().maxMemory();
        V1Json json = new V1Json(http.applicationEnv());
        InstancePath hosts = new InstancePath(services.settings().instanceKey(), services.directory());
        ReadHandlers reads = new ReadHandlers(
                services.directory(),
                services.readiness(),
                hosts,
                services.lists(),
                new ListResponses(
                        json::repo,
                        answer -> answer.body().length(),
                        snapshot -> List.of(),
                        whole -> whole,
                        new GzipCache(services.workers(), services.budget(), System::nanoTime)),
                shared(
                        services,
                        () -> ReadHandlers.overview(
                                services.directory(),
                                services.readiness(),
                                services.heap().passing(memory / OVERVIEW_SHARE))));
        LongPollHandler polls = new LongPollHandler(services.vertx(), services.polls(), services.directory(), reads);
        services.meters().gauge("discovery.polls.waiting", services.polls()::size);
        WriteHandlers writes = new WriteHandlers(
                services.registry(),
                services.directory(),
                services.readiness(),
                hosts,
                http.autoIp(),
                services.statsd());
        SharedResponse metrics = shared(services, () -> HealthEndpoints.scraped(services.meters()));
        HealthEndpoints status =
                new HealthEndpoints(services.readiness(), services.membership(), metrics, services.health());
        ErrorResponses failures = new ErrorResponses(services.settings().debug());
        BulkRegistration bulk = new BulkRegistration(
                writes,
                services.registry(),
                failure -> failures.answer(failure, Route.of("/v1/registrations")),
                services.workers());
        RequestBodyReader bodies = new RequestBodyReader(services.vertx(), memory / BODIES_SHARE, services.heap());
        services.meters().gauge("discovery.bodies.bytes", bodies::held);
        return new Routes(
                new RequestHandler(
                        new RequestHandler.Parts(reads, polls, writes, bulk, bodies, status, services.branches()),
                        failures,
                        new ResponseSender(services.meters(), services.readiness()::isDraining)),
                new InvalidRequestHandler(services.meters()));
    }

    private static SharedResponse shared(Services services, Callable<SharedResponse.Made> maker) {
        return new SharedResponse(services.vertx(), services.workers(), maker, services.budget(), System::nanoTime);
    }
}
