package io.discovery.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import io.discovery.directory.Readiness;
import io.discovery.http.Answer;
import io.discovery.http.Joined;
import io.discovery.json.JsonText;
import io.discovery.model.RegistryException.InvalidParameter;
import io.discovery.model.RegistryException.Overloaded;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The variant of the protocol for clients that ask again and again (Envoy: xDS REST and gRPC protocol, "REST-JSON polling
 * subscriptions"): a request in JSON is answered by the resources in JSON, or by 304 if the client has them.
 *
 * <p>To read a request and to find out what its answer is takes longer than an event loop may be held up, and a multiple of
 * their memory: one is worked on at a time. What follows from names is written down when it is its turn to be
 * sent, so that of a long answer there is only what is being sent. Safe for all threads.
 */
final class Rest {

    /** Names that a request may have. Envoy asks for a cluster's endpoints, or a route, by itself. */
    static final int MOST_NAMES = 1_000;

    private static final int ONE_AT_A_TIME = 1;

    private final WorkerExecutor workers;
    private final Resources resources;
    private final Readiness readiness;
    private final MemoryBudget room;
    private final SharedRenderings renderings;
    private final XdsMetrics tally;

    /**
     * @param readiness looked at again when an answer has been made: it may have waited for its turn
     * @param room memory for all answers that are made or on their way
     */
    Rest(Vertx vertx, Resources resources, Readiness readiness, MemoryBudget room, XdsMetrics tally) {
        this.workers = vertx.createSharedWorkerExecutor("discovery-xds", ONE_AT_A_TIME);
        this.resources = resources;
        this.readiness = readiness;
        this.room = room;
        this.renderings = new SharedRenderings(room);
        this.tally = tally;
    }

    /** Bytes of all answers that are made or on their way. */
    long taken() {
        return room.taken();
    }

    /** On the event loop of the request. */
    Future<Answer> answer(ResourceType type, HttpServerRequest request, Buffer body) {
        RestAnswer answer = new RestAnswer(room, renderings);
        request.response().closeHandler(gone -> answer.close());
        return workers.executeBlocking(() -> make(type, body, answer), false).onFailure(why -> {
            answer.close();
            if (why instanceof Overloaded) {
                tally.refused();
            }
        });
    }

    private Answer make(ResourceType type, Buffer body, RestAnswer answer) {
        DiscoveryRequest request = parse(body.toString());
        if (ResourceType.asked(request.getTypeUrl(), type) == null) {
            throw new InvalidParameter("type_url", request.getTypeUrl(), type.url());
        }
        String version = readiness.read(() -> find(type, request, answer));
        if (version.equals(request.getVersionInfo())) {
            answer.close();
            return Answer.notModified();
        }
        return Answer.jsonInPieces(json(type, version, answer));
    }

    /** Puts all that is asked for into the answer, and answers its version. */
    private String find(ResourceType type, DiscoveryRequest request, RestAnswer answer) {
        ClientNode peer = ClientNode.of(request.getNode());
        ResourceVersions held = new ResourceVersions();
        for (String name : names(type, request, peer)) {
            Resource resource = resources.find(type, name, peer);
            answer.add(resource);
            held.put(resource);
        }
        return held.version();
    }

    private static DiscoveryRequest parse(String body) {
        DiscoveryRequest.Builder request = DiscoveryRequest.newBuilder();
        try {
            MessageJson.merge(body, request);
        } catch (InvalidProtocolBufferException wrong) {
            // Its message may have all of the value that is wrong.
            String why = ClientText.cut(String.valueOf(wrong.getMessage()));
            throw new InvalidParameter("body", body, "a DiscoveryRequest in JSON: " + why);
        }
        return request.build();
    }

    private Set<String> names(ResourceType type, DiscoveryRequest request, ClientNode peer) {
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
            names.addAll(resources.all(type, peer));
        }
        return names;
    }

    private static Iterable<Buffer> json(ResourceType type, String version, RestAnswer answer) {
        Iterable<Buffer> pieces = new Joined<>(
                "{\"version_info\":" + JsonText.quote(version) + ",\"resources\":[",
                answer.resources(),
                Resource::json,
                ",",
                "],\"type_url\":" + JsonText.quote(type.url()) + "}\n");
        return () -> new ClosedAtTheEnd(pieces.iterator(), answer);
    }

    /** The pieces of an answer, which is over with the last of them. */
    private record ClosedAtTheEnd(Iterator<Buffer> pieces, RestAnswer answer) implements Iterator<Buffer> {

        /** It is asked when the piece before is with the socket. */
        @Override
        public boolean hasNext() {
            if (!pieces.hasNext()) {
                answer.close();
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
