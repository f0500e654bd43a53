package io.discovery.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import io.discovery.directory.Readiness;
import io.discovery.http.ConcatenatedBuffers;
import io.discovery.http.EndpointRequest;
import io.discovery.http.Response;
import io.discovery.json.JsonText;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.model.RegistryException.Overloaded;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The polling variant of the protocol (Envoy: xDS REST and gRPC protocol, "REST-JSON polling subscriptions"): a request
 * in JSON gets the resources in JSON, or 304 if the client has them.
 *
 * <p>Parsing a request and finding its resources takes longer than an event loop may block, and a multiple of their
 * memory, so one worker handles one request at a time. Resources that depend on names alone are rendered when the
 * response sends them, so a long response holds only the piece that is being sent. Thread-safe.
 */
final class Rest {

    /** Maximum bytes of a request: an Envoy (1.40) sends 77 kB, most of it names of its extensions. */
    static final int BODY_LIMIT = 1024 * 1024;

    /** Maximum number of names in a request. Envoy asks for each cluster's endpoints, and each route, by itself. */
    static final int MOST_NAMES = 1_000;

    private static final int ONE_AT_A_TIME = 1;

    private final WorkerExecutor workers;
    private final Resources resources;
    private final Readiness readiness;
    private final MemoryBudget budget;
    private final SharedRenderings renderings;
    private final XdsMetrics metrics;

    /**
     * @param readiness asked again when a response has been made: it may have waited for its turn
     * @param budget memory for all responses that are under construction or on their way
     */
    Rest(Vertx vertx, Resources resources, Readiness readiness, MemoryBudget budget, XdsMetrics metrics) {
        this.workers = vertx.createSharedWorkerExecutor("discovery-xds", ONE_AT_A_TIME);
        this.resources = resources;
        this.readiness = readiness;
        this.budget = budget;
        this.renderings = new SharedRenderings(budget);
        this.metrics = metrics;
    }

    /** Returns the bytes of all responses that are under construction or on their way. */
    long taken() {
        return budget.taken();
    }

    /** Answers a request; on its event loop. */
    Future<Response> respond(ResourceType type, EndpointRequest request) {
        RestResponse response = new RestResponse(budget, renderings);
        request.http().response().closeHandler(gone -> response.close());
        // For a response that is made and not sent, since the client may no longer have it. One that is sent closes
        // itself.
        request.http().response().endHandler(ended -> response.close());
        Resources readable = resources.readableWith(request.client().identity().grants());
        return workers.executeBlocking(() -> make(type, request.body(), readable, response), false)
                .onFailure(why -> {
                    response.close();
                    if (why instanceof Overloaded) {
                        metrics.refused();
                    }
                });
    }

    private Response make(ResourceType type, Buffer body, Resources readable, RestResponse response) {
        DiscoveryRequest request = parse(body.toString());
        if (ResourceType.asked(request.getTypeUrl(), type) == null) {
            throw new InvalidParameter("type_url", request.getTypeUrl(), type.url());
        }
        String version = readiness.read(() -> find(type, request, readable, response));
        if (version.equals(request.getVersionInfo())) {
            response.close();
            return Response.notModified();
        }
        return Response.jsonInPieces(json(type, version, response));
    }

    /** Adds all requested resources to the answer, and returns its version. */
    private static String find(ResourceType type, DiscoveryRequest request, Resources readable, RestResponse response) {
        ClientNode peer = ClientNode.of(request.getNode());
        ResourceVersions versions = new ResourceVersions();
        for (String name : names(type, request, readable, peer)) {
            Resource resource = readable.find(type, name, peer);
            response.add(resource);
            versions.put(resource);
        }
        return versions.version();
    }

    /** @throws InvalidParameter if the body is not a request in JSON */
    static DiscoveryRequest parse(String body) {
        DiscoveryRequest.Builder request = DiscoveryRequest.newBuilder();
        try {
            MessageJson.merge(body, request);
        } catch (InvalidProtocolBufferException wrong) {
            // The exception's message may contain the whole invalid value.
            String why = ClientText.cut(String.valueOf(wrong.getMessage()));
            throw new InvalidParameter("body", body, "a DiscoveryRequest in JSON: " + why);
        }
        return request.build();
    }

    private static Set<String> names(ResourceType type, DiscoveryRequest request, Resources readable, ClientNode peer) {
        if (request.getResourceNamesCount() > MOST_NAMES) {
            throw new InvalidParameter(
                    "resource_names", request.getResourceNamesCount() + " names", "at most " + MOST_NAMES);
        }
        Set<String> names = new LinkedHashSet<>();
        try {
            for (String name : request.getResourceNamesList()) {
                StreamSubscriptions.check(name, names.size());
                names.add(name);
            }
        } catch (XdsRejectedException refused) {
            throw new InvalidParameter("resource_names", refused.given(), refused.expected());
        }
        boolean all = names.remove("*") || names.isEmpty() && type.isComplete();
        if (all) {
            names.addAll(readable.all(type, peer));
        }
        return names;
    }

    private static Iterable<Buffer> json(ResourceType type, String version, RestResponse response) {
        Iterable<Buffer> pieces = new ConcatenatedBuffers<>(
                "{\"version_info\":" + JsonText.quote(version) + ",\"resources\":[",
                response.resources(),
                Resource::json,
                ",",
                "],\"type_url\":" + JsonText.quote(type.url()) + "}\n");
        return () -> new ClosedAtTheEnd(pieces.iterator(), response);
    }

    /** The pieces of an answer; after the last piece it closes the answer. */
    private record ClosedAtTheEnd(Iterator<Buffer> pieces, RestResponse response) implements Iterator<Buffer> {

        /** Closes the answer after the last piece; called when the socket has taken the piece before. */
        @Override
        public boolean hasNext() {
            if (!pieces.hasNext()) {
                response.close();
                return false;
            }
            return true;
        }

        @Override
        public Buffer next() {
            return pieces.next();
        }
    }
}
