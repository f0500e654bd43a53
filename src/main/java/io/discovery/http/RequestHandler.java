package io.discovery.http;

import io.discovery.connections.Connection;
import io.discovery.connections.Exchange;
import io.discovery.model.RegistryException.InvalidParameter;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.function.BooleanSupplier;

/** From request to answer: the route, the method, the body, the one use case, the one table of failures. */
final class RequestHandler implements Handler<HttpServerRequest> {

    private static final Buffer NO_BODY = Buffer.buffer();

    private final Parts parts;
    private final ErrorResponses failures;
    private final ResponseSender sending;

    /** What answers, each its part of the routes, and what reads bodies for them. */
    record Parts(
            ReadHandlers reads,
            LongPollHandler polls,
            WriteHandlers writes,
            BulkRegistration bulk,
            RequestBodyReader bodies,
            HealthEndpoints status,
            HttpEndpoints branches) {}

    RequestHandler(Parts parts, ErrorResponses failures, ResponseSender sending) {
        this.parts = parts;
        this.failures = failures;
        this.sending = sending;
    }

    @Override
    public void handle(HttpServerRequest request) {
        long start = System.nanoTime();
        Connection connection = Connection.of(request.connection());
        Exchange exchange = connection.requestBegan();
        if (exchange.isGone()) {
            return;
        }
        request.end().onComplete(whole -> exchange.bodyRead(), broken -> broken(request, exchange));
        if (GrpcCalls.isOne(request)) {
            Response refusal = GrpcCalls.refusal(request);
            if (refusal == null) {
                call(request, exchange);
            } else {
                sending.send(request, exchange, refusal, Route.NOWHERE, start);
            }
            return;
        }
        String path = request.path() == null ? "" : request.path();
        String decoded = Route.decode(path);
        Route route = decoded == null ? Route.NOWHERE : parts.branches.of(decoded);
        Future<Response> answer;
        try {
            answer = decoded == null
                    ? Future.failedFuture(malformed(path))
                    : dispatch(request, exchange, route, decoded);
        } catch (RuntimeException refused) {
            answer = Future.failedFuture(refused);
        }
        answer.onComplete(done -> sending.send(
                request,
                exchange,
                done.succeeded() ? done.result() : failures.answer(done.cause(), route),
                counted(request, route),
                start));
    }

    /** Over HTTP/1.1 a body may be malformed on a connection that is there. */
    private static void broken(HttpServerRequest request, Exchange exchange) {
        if (request.version() == HttpVersion.HTTP_2) {
            exchange.brokenOff();
        } else {
            exchange.bodyRead();
        }
    }

    /** A call of gRPC goes on until one side ends it. What it holds is counted by who serves it. */
    private void call(HttpServerRequest request, Exchange exchange) {
        request.response().endHandler(ended -> exchange.answered());
        if (exchange.waits(0)) {
            parts.branches.grpc().handle(request);
        } else {
            CrowdedResponses.refuseCall(request.response());
            new ResponseWriter(request.response(), exchange).end();
        }
    }

    /** A read that may have waited is counted apart: how long it took says nothing about others. */
    private static Route counted(HttpServerRequest request, Route route) {
        return route instanceof Route.Service
                        && !HttpMethod.POST.equals(request.method())
                        && LongPoll.isIn(request.query())
                ? Route.POLL
                : route;
    }

    private static InvalidParameter malformed(String path) {
        return new InvalidParameter("path", path, "percent-encoded UTF-8");
    }

    private Future<Response> dispatch(HttpServerRequest request, Exchange exchange, Route route, String path) {
        if (route == Route.NOWHERE) {
            return Future.succeededFuture(ErrorResponses.notFound());
        }
        String method = request.method().name();
        if (!route.methods().contains(method)) {
            return Future.succeededFuture(ErrorResponses.wrongMethod(route));
        }
        return switch (method) {
            case "OPTIONS" ->
                Future.succeededFuture(Response.nothing().with("Allow", String.join(", ", route.methods())));
            case "GET", "HEAD" ->
                route instanceof HttpEndpoint branch
                        ? branch.handling().answer(request, branch.segmentOf(path), NO_BODY)
                        : read(request, exchange, route);
            case "POST" ->
                parts.bodies.use(
                        request,
                        bodyLimit(route),
                        body -> route instanceof HttpEndpoint branch
                                ? branch.handling().answer(request, branch.segmentOf(path), body)
                                : write(request, route, body));
            default -> delete(request, route);
        };
    }

    private Future<Response> read(HttpServerRequest request, Exchange exchange, Route route) {
        if (route instanceof Route.Service service) {
            RequestPreconditions wanted = new RequestPreconditions(request.headers());
            LongPoll poll = LongPoll.of(request.query());
            return poll == null
                    ? parts.reads.service(service.service(), wanted)
                    : parts.polls.service(request, exchange, service.service(), poll, wanted);
        }
        if (route instanceof Route.Host host) {
            return host.isRepo()
                    ? parts.reads.repo(host.instance(), new RequestPreconditions(request.headers()))
                    : Future.succeededFuture(parts.reads.host(host.service(), host.instance()));
        }
        return switch (route.name()) {
            case Route.SERVICES -> parts.reads.services();
            case Route.CLUSTER -> parts.status.cluster();
            case Route.METRICS -> parts.status.metrics();
            case Route.HEALTHCHECK -> Future.succeededFuture(HealthEndpoints.healthcheck());
            default -> parts.status.health(route.name());
        };
    }

    private Future<Response> write(HttpServerRequest request, Route route, Buffer body) {
        BooleanSupplier isGone = request.response()::closed;
        if (route instanceof Route.Host) {
            return Future.failedFuture(new ErrorResponses.Refused(ErrorResponses.error(
                    400, "POST to a host's path; expected /v1/registration/<service> with the host's ip")));
        }
        if (isBulk(route)) {
            return parts.bulk.register(body, () -> source(request), isGone);
        }
        Parameters sent = Parameters.of(request.getHeader(HttpHeaders.CONTENT_TYPE), body);
        if (route instanceof Route.Weight weight) {
            return weight.instance() == null
                    ? parts.writes.setWeightOfAll(weight.service(), sent, isGone)
                    : parts.writes.setWeight(weight.service(), weight.instance(), sent, isGone);
        }
        return parts.writes.register(((Route.Service) route).service(), sent, () -> source(request));
    }

    private static int bodyLimit(Route route) {
        if (route instanceof HttpEndpoint) {
            return HttpEndpoint.BODY_LIMIT;
        }
        return isBulk(route) ? BulkRegistration.BODY_LIMIT : RequestBodyReader.LIMIT;
    }

    private static boolean isBulk(Route route) {
        return route.name().equals(Route.REGISTRATIONS);
    }

    private Future<Response> delete(HttpServerRequest request, Route route) {
        if (route instanceof Route.Host host) {
            return parts.writes.deregister(host.service(), host.instance(), request.response()::closed);
        }
        return Future.failedFuture(new ErrorResponses.Refused(
                ErrorResponses.error(400, "DELETE of a service; expected /v1/registration/<service>/<ip_address>")));
    }

    private static ClientAddress source(HttpServerRequest request) {
        List<String> forwarded = request.headers().getAll("X-Forwarded-For");
        return new ClientAddress(
                forwarded.isEmpty() ? null : String.join(",", forwarded),
                request.remoteAddress() == null
                        ? ""
                        : String.valueOf(request.remoteAddress().hostAddress()));
    }
}
