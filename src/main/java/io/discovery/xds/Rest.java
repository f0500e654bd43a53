package io.discovery.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import io.discovery.http.Answer;
import io.discovery.http.Joined;
import io.discovery.json.JsonText;
import io.discovery.model.RegistryException.InvalidParameter;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The variant of the protocol for clients that ask again and again (Envoy: xDS REST and gRPC protocol, "REST-JSON polling
 * subscriptions"): a request in JSON is answered by the resources in JSON, or by 304 if the client has them.
 */
final class Rest {

    /**
     * Printing thousands of endpoints takes longer than an event loop may be held up, and a multiple of their memory: one at a
     * time for each.
     */
    private static final boolean IN_TURN = true;

    private final Vertx vertx;
    private final Resources resources;

    Rest(Vertx vertx, Resources resources) {
        this.vertx = vertx;
        this.resources = resources;
    }

    Future<Answer> answer(ResourceType type, Buffer body) {
        DiscoveryRequest request = parse(body.toString());
        if (ResourceType.asked(request.getTypeUrl(), type) == null) {
            return Future.failedFuture(new InvalidParameter("type_url", request.getTypeUrl(), type.url()));
        }
        List<Resource> found;
        try {
            found = find(type, request, Peer.of(request.getNode()));
        } catch (Refusal refused) {
            return Future.failedFuture(new InvalidParameter("resource_names", refused.given(), refused.expected()));
        }
        Held held = new Held();
        found.forEach(held::put);
        String version = held.version();
        return version.equals(request.getVersionInfo())
                ? Future.succeededFuture(Answer.notModified())
                : vertx.executeBlocking(() -> printed(found), IN_TURN)
                        .map(printed -> Answer.jsonInPieces(json(type, version, printed)));
    }

    private static List<Resource> printed(List<Resource> resources) {
        resources.forEach(Resource::json);
        return resources;
    }

    private List<Resource> find(ResourceType type, DiscoveryRequest request, Peer peer) {
        List<Resource> found = new ArrayList<>();
        for (String name : names(type, request, peer)) {
            found.add(resources.find(type, name, peer));
        }
        return found;
    }

    private static DiscoveryRequest parse(String body) {
        DiscoveryRequest.Builder request = DiscoveryRequest.newBuilder();
        try {
            MessageJson.merge(body, request);
        } catch (InvalidProtocolBufferException wrong) {
            throw new InvalidParameter("body", body, "a DiscoveryRequest in JSON: " + wrong.getMessage());
        }
        return request.build();
    }

    private Set<String> names(ResourceType type, DiscoveryRequest request, Peer peer) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : request.getResourceNamesList()) {
            Interest.check(name, names.size());
            names.add(name);
        }
        boolean all = names.remove("*") || names.isEmpty() && type.isComplete();
        if (all) {
            names.addAll(resources.all(type, peer));
        }
        return names;
    }

    private static Iterable<Buffer> json(ResourceType type, String version, List<Resource> resources) {
        return new Joined(
                "{\"version_info\":" + JsonText.quote(version) + ",\"resources\":[",
                () -> resources.stream().map(Resource::json).iterator(),
                ",",
                "],\"type_url\":" + JsonText.quote(type.url()) + "}\n");
    }
}
