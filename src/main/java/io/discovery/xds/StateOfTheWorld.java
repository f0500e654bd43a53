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
 * The variant of the protocol in which each request lists all names, and each response has a nonce that the next
 * request repeats (Envoy: xDS protocol, "Four variants"; "ACK/NACK and resource type instance version").
 *
 * <ul>
 *   <li>The first request of a type gets a response, whatever version the client has.
 *   <li>A request with another nonce than the last one was sent before the last response arrived, so it is neither ACK
 *       nor NACK of that one. Its names count, since they are the latest that the client wants: a client whose services
 *       change faster than it takes responses sends no others.
 *   <li>A request with an error is a NACK: it is recorded, and nothing is sent until something changes.
 *   <li>A request with the last nonce and its version is an ACK.
 *   <li>A request with the last nonce, no error and another version comes from a client that received the response but
 *       does not hold it: a gRPC client may have dropped its subscription while the response was on its way, and would
 *       wait for ever. The response is sent again, a few times at most; not one that the client has rejected if it adds or
 *       drops names: it would reject that again, and with it the names that it adds.
 *   <li>Before the first response a request has no nonce, and answers nothing.
 *   <li>New names get a response at once, fewer names none.
 * </ul>
 */
final class StateOfTheWorld extends Protocol<DiscoveryRequest, DiscoveryResponse> {

    private static final int MOST_RESENDS = 3;

    /** @param type of all requests; null if each request carries its type */
    StateOfTheWorld(
            Resources resources, StreamSubscriptions interest, XdsMetrics metrics, @Nullable ResourceType type) {
        super(resources, interest, metrics, type);
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
        boolean wasToAll = subscribed.isToAll();
        int before = subscribed.names().size();
        Set<String> added = subscribe(subscribed, request.getResourceNamesList());
        boolean hasChanged = !added.isEmpty() || subscribed.names().size() != before;
        String nonce = request.getResponseNonce();
        if (request.hasErrorDetail()) {
            rejected(subscribed, request.getErrorDetail().getMessage(), nonce, from);
        } else if (!nonce.equals(subscribed.nonce())) {
            // A client that adds a name answers with the nonce of the last response, also where it has rejected it.
            if (subscribed.hasSent(nonce, request.getVersionInfo())) {
                acceptedLate(subscribed, nonce);
            } else {
                stale();
            }
        } else if (nonce.isEmpty()) {
            // The names alone count: there is no response yet.
        } else if (request.getVersionInfo().equals(subscribed.version())) {
            acknowledged(subscribed);
        } else if (!(subscribed.hasRejectedLast() && hasChanged) && subscribed.resend() <= MOST_RESENDS) {
            oweWanted(subscribed, subscribed.names());
        }
        if (!added.isEmpty() || subscribed.isToAll() && !wasToAll) {
            oweWanted(subscribed, added);
        }
    }

    /**
     * Marks a response as due, but no empty one of a type that may come in parts: it would not tell which name is
     * empty.
     */
    private void oweWanted(TypeSubscription subscribed, Set<String> names) {
        if (subscribed.type().isComplete()) {
            subscribed.oweAnswer();
        } else {
            owe(subscribed, names);
        }
    }

    /** Replaces the client's subscription; returns the new names. */
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
                        subscribed.versions().find(name) == null && resources().isInAll(subscribed.type(), name, from));
    }

    @Override
    ResponseDraft begin(TypeSubscription subscribed, ClientNode from) {
        if (!subscribed.type().isComplete()) {
            return super.begin(subscribed, from);
        }
        owe(subscribed, wanted(subscribed, from));
        return subscribed.draft(Long.MAX_VALUE);
    }

    /**
     * Returns all names that the client is to have; a name once sent as part of all stays, also when no host is left.
     */
    private Set<String> wanted(TypeSubscription subscribed, ClientNode from) {
        if (!subscribed.isToAll()) {
            return subscribed.names();
        }
        Set<String> all = new LinkedHashSet<>(subscribed.versions().names());
        all.addAll(resources().all(subscribed.type(), from));
        all.addAll(subscribed.names());
        return all;
    }

    @Override
    DiscoveryResponse response(TypeSubscription subscribed, Collection<BuiltResource> found) {
        DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder()
                .setTypeUrl(subscribed.type().url())
                .setVersionInfo(subscribed.version())
                .setNonce(subscribed.nonce());
        found.forEach(resource -> response.addResources(resource.any()));
        return response.build();
    }
}
