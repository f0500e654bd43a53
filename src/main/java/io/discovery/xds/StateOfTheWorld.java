package io.discovery.xds;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The variant of the protocol in which each request names all that the client wants, and each answer has a nonce that the
 * next request repeats (Envoy: xDS protocol, "Four variants"; "ACK/NACK and resource type instance version").
 *
 * <ul>
 *   <li>The first request of a type is answered, whatever version the client says it has.
 *   <li>A request whose nonce is not the last one was sent before that answer came: another will follow, so it is ignored.
 *   <li>With an error it is a no: noted, nothing is sent until something changes.
 *   <li>With the last nonce and its version it is a yes.
 *   <li>With the last nonce, no error and another version the client has the answer, but does not hold it: a client of gRPC
 *       may have dropped its subscription while the answer was on its way, and would wait for ever. It is sent again, a few
 *       times at most.
 *   <li>New names are answered at once, fewer names not at all.
 * </ul>
 */
final class StateOfTheWorld extends Protocol<DiscoveryRequest, DiscoveryResponse> {

    private static final int MOST_RESENDS = 3;

    /** @param type of all requests; null if each says it */
    StateOfTheWorld(Resources resources, StreamSubscriptions interest, XdsMetrics tally, @Nullable ResourceType type) {
        super(resources, interest, tally, type);
    }

    @Override
    Node node(DiscoveryRequest request) {
        return request.getNode();
    }

    @Override
    String typeUrl(DiscoveryRequest request) {
        return request.getTypeUrl();
    }

    @Override
    void first(TypeSubscription subscribed, DiscoveryRequest request, ClientNode from) {
        subscribe(subscribed, request.getResourceNamesList());
        oweWanted(subscribed, subscribed.names());
    }

    @Override
    void again(TypeSubscription subscribed, DiscoveryRequest request, ClientNode from) {
        if (request.getResponseNonce().equals(subscribed.nonce())) {
            follow(subscribed, request, from);
        } else if (request.hasErrorDetail()) {
            // Of an answer in parts, say, that was not the last.
            rejected(subscribed, request.getErrorDetail().getMessage(), from);
        } else {
            stale();
        }
    }

    private void follow(TypeSubscription subscribed, DiscoveryRequest request, ClientNode from) {
        boolean wasToAll = subscribed.isToAll();
        Set<String> added = subscribe(subscribed, request.getResourceNamesList());
        if (request.hasErrorDetail()) {
            rejected(subscribed, request.getErrorDetail().getMessage(), from);
        } else if (request.getVersionInfo().equals(subscribed.version())) {
            acknowledged(subscribed);
        } else if (subscribed.resend() <= MOST_RESENDS) {
            oweWanted(subscribed, subscribed.names());
        }
        if (!added.isEmpty() || subscribed.isToAll() && !wasToAll) {
            oweWanted(subscribed, added);
        }
    }

    /** Nobody is sent that nothing is there of a type that may come in parts: it would not know of what. */
    private void oweWanted(TypeSubscription subscribed, Set<String> names) {
        if (subscribed.type().isComplete()) {
            subscribed.oweAnswer();
        } else {
            owe(subscribed, names);
        }
    }

    /** Takes over what the client wants from now on; answers what of it is new. */
    private Set<String> subscribe(TypeSubscription subscribed, List<String> given) {
        Set<String> names = new LinkedHashSet<>(given);
        boolean toAll =
                names.remove("*") || names.isEmpty() && subscribed.type().isComplete() && !subscribed.hasNamed();
        if (!given.isEmpty()) {
            subscribed.named();
        }
        setToAll(subscribed, toAll);
        for (String name : List.copyOf(subscribed.names())) {
            if (!names.contains(name)) {
                remove(subscribed, name);
            }
        }
        names.removeAll(subscribed.names());
        names.forEach(name -> add(subscribed, name));
        return names;
    }

    @Override
    void changed(TypeSubscription subscribed, Set<String> services, ClientNode from) {
        if (subscribed.type() == ResourceType.ENDPOINT) {
            owe(
                    subscribed,
                    services.stream()
                            .filter(name -> subscribed.names().contains(name) && isOther(subscribed, name, from))
                            .toList());
        } else if (subscribed.isToAll() && hasNews(subscribed, services, from)) {
            subscribed.oweAnswer();
        }
    }

    private boolean hasNews(TypeSubscription subscribed, Set<String> services, ClientNode from) {
        return services.stream()
                .anyMatch(name ->
                        subscribed.held().find(name) == null && resources().isInAll(subscribed.type(), name, from));
    }

    @Override
    ResponseDraft begin(TypeSubscription subscribed, ClientNode from) {
        if (!subscribed.type().isComplete()) {
            return super.begin(subscribed, from);
        }
        owe(subscribed, wanted(subscribed, from));
        return subscribed.draft(Long.MAX_VALUE);
    }

    /** All that the client is to have; what it was once sent with all stays, also when no host is left. */
    private Set<String> wanted(TypeSubscription subscribed, ClientNode from) {
        if (!subscribed.isToAll()) {
            return subscribed.names();
        }
        Set<String> all = new LinkedHashSet<>(subscribed.held().names());
        all.addAll(resources().all(subscribed.type(), from));
        all.addAll(subscribed.names());
        return all;
    }

    @Override
    DiscoveryResponse answer(TypeSubscription subscribed, Collection<Resource> found) {
        DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder()
                .setTypeUrl(subscribed.type().url())
                .setVersionInfo(subscribed.version())
                .setNonce(subscribed.nonce());
        found.forEach(resource -> response.addResources(resource.any()));
        return response.build();
    }
}
