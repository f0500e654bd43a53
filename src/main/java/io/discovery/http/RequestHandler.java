package io.discovery.http;

import io.discovery.connections.Connection;
import io.discovery.connections.Connections;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From request to answer: the route, the method, the body, the one use case, the one table of failures. */
final class RequestHandler implements Handler<HttpServerRequest> {

    private static final Logger log = LoggerFactory.getLogger(RequestHandler.class);

    /** How long the requests of an HTTP/2 connection may take that is to end. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);
    /** RFC 9113, 7: the peer behaves in a way that costs too much. */
    private static final long ENHANCE_YOUR_CALM = 0xb;

    private final Reads reads;
    private final Writes writes;
    private final Bulk bulk;
    private final Bodies bodies;
    private final Status status;
    private final Failures failures;
    private final Meters meters;
    private final BooleanSupplier draining;

    /** @param draining whether the member is about to end */
    RequestHandler(
            Reads reads,
            Writes writes,
            Bulk bulk,
            Bodies bodies,
            Status status,
            Failures failures,
            Meters meters,
            BooleanSupplier draining) {
        this.reads = reads;
        this.writes = writes;
        this.bulk = bulk;
        this.bodies = bodies;
        this.status = status;
        this.failures = failures;
        this.meters = meters;
        this.draining = draining;
    }

    @Override
    public void handle(HttpServerRequest request) {
        long start = System.nanoTime();
        Connection connection = Connection.of(request.connection());
        connection.requestBegan();
        request.end().onComplete(ended -> connection.bodyRead());
        String path = request.path() == null ? "" : request.path();
        String decoded = Route.decode(path);
        Route route = decoded == null ? Route.NOWHERE : Route.of(decoded);
        Future<Answer> answer;
        try {
            answer = decoded == null ? Future.failedFuture(malformed(path)) : dispatch(request, route);
        } catch (RuntimeException refused) {
            answer = Future.failedFuture(refused);
        }
        answer.onComplete(done -> {
            try {
                send(
                        request,
                        connection,
                        done.succeeded() ? done.result() : failures.answer(done.cause(), route),
                        route,
                        start);
            } catch (RuntimeException failed) {
                log.error("no answer to {} {}", request.method(), route, failed);
            } finally {
                connection.answered();
            }
        });
    }

    private static InvalidParameter malformed(String path) {
        return new InvalidParameter("path", path, "percent-encoded UTF-8");
    }

    private Future<Answer> dispatch(HttpServerRequest request, Route route) {
        if (route == Route.NOWHERE) {
            return Future.succeededFuture(Failures.notFound());
        }
        String method = request.method().name();
        if (!route.methods().contains(method)) {
            return Future.succeededFuture(Failures.wrongMethod(route));
        }
        return switch (method) {
            case "OPTIONS" ->
                Future.succeededFuture(Answer.nothing().with("Allow", String.join(", ", route.methods())));
            case "GET", "HEAD" -> read(request, route);
            case "POST" ->
                bodies.use(
                        request, isBulk(route) ? Bulk.BODY_LIMIT : Bodies.LIMIT, body -> write(request, route, body));
            default -> delete(route);
        };
    }

    private Future<Answer> read(HttpServerRequest request, Route route) {
        if (route instanceof Route.Service service) {
            return reads.service(service.service(), Wanted.of(request.headers()));
        }
        if (route instanceof Route.Host host) {
            return host.isRepo()
                    ? reads.repo(host.instance(), Wanted.of(request.headers()))
                    : Future.succeededFuture(reads.host(host.service(), host.instance()));
        }
        return switch (route.name()) {
            case Route.SERVICES -> Future.succeededFuture(reads.services());
            case Route.CLUSTER -> status.cluster();
            case Route.METRICS -> Future.succeededFuture(status.metrics());
            case Route.HEALTHCHECK -> Future.succeededFuture(Status.healthcheck());
            default -> status.health(route.name());
        };
    }

    private Future<Answer> write(HttpServerRequest request, Route route, Buffer body) {
        if (route instanceof Route.Host) {
            return Future.failedFuture(new Failures.Refused(Failures.error(
                    400, "POST to a host's path; expected /v1/registration/<service> with the host's ip")));
        }
        if (isBulk(route)) {
            return bulk.register(body, () -> source(request));
        }
        Parameters sent = Parameters.of(request.getHeader(HttpHeaders.CONTENT_TYPE), body);
        if (route instanceof Route.Weight weight) {
            return weight.instance() == null
                    ? writes.setWeightOfAll(weight.service(), sent)
                    : writes.setWeight(weight.service(), weight.instance(), sent);
        }
        return writes.register(((Route.Service) route).service(), sent, () -> source(request));
    }

    private static boolean isBulk(Route route) {
        return route.name().equals(Route.REGISTRATIONS);
    }

    private Future<Answer> delete(Route route) {
        if (route instanceof Route.Host host) {
            return writes.deregister(host.service(), host.instance());
        }
        return Future.failedFuture(new Failures.Refused(
                Failures.error(400, "DELETE of a service; expected /v1/registration/<service>/<ip_address>")));
    }

    private static Source source(HttpServerRequest request) {
        List<String> forwarded = request.headers().getAll("X-Forwarded-For");
        return new Source(
                forwarded.isEmpty() ? null : String.join(",", forwarded),
                request.remoteAddress() == null
                        ? ""
                        : String.valueOf(request.remoteAddress().hostAddress()));
    }

    private void send(HttpServerRequest request, Connection connection, Answer answer, Route route, long start) {
        long nanos = System.nanoTime() - start;
        meters.answered(route.name(), answer.status(), nanos);
        if (log.isTraceEnabled()) {
            log.trace("{} {} {} in {} us", request.method(), request.path(), answer.status(), nanos / 1_000);
        }
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        answer.writeHead(response);
        boolean isLast = answer.isLast() && request.version() != HttpVersion.HTTP_2;
        boolean isLeaving = draining.getAsBoolean();
        if (isLast || isLeaving && request.version() == HttpVersion.HTTP_1_1) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            connection.lingers();
        }
        Future<Void> sent = HttpMethod.HEAD.equals(request.method()) ? response.end() : response.end(answer.body());
        if (request.version() == HttpVersion.HTTP_2) {
            resetIfUnread(response, sent);
        }
        sent.onFailure(gone -> log.trace("the client of {} did not wait for the answer", route));
        if (isLast) {
            sent.onComplete(done -> request.connection().close());
        } else if (isLeaving && request.version() == HttpVersion.HTTP_2) {
            // GOAWAY: what the client sends from now on, it sends elsewhere; what it has sent is answered.
            request.connection().shutdown(LAST_ANSWERS.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** A stream that its client does not read holds memory, and other streams of the connection may be fine. */
    private static void resetIfUnread(HttpServerResponse response, Future<Void> sent) {
        sent.timeout(Connections.TAKING_LIMIT.toMillis(), TimeUnit.MILLISECONDS).onFailure(failure -> {
            if (failure instanceof TimeoutException) {
                response.reset(ENHANCE_YOUR_CALM);
            }
        });
    }
}
