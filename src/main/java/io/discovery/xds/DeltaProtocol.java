package io.discovery.xds;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The incremental variant of the protocol: requests add and remove names, and responses hold only what the client lacks
 * (Envoy: xDS protocol, "Incremental xDS").
 *
 * <ul>
 *   <li>The first request of a type may list the versions that the client holds from another stream, also one to
 *       another member: the response holds only resources that differ.
 *   <li>Each name that the client subscribes later is sent, also if it was sent before: the client may have dropped it.
 *   <li>Every name exists, as a service without endpoints if need be, so responses never remove a resource.
 *   <li>Subscriptions count whatever nonce the request has.
 * </ul>
 */
final class DeltaProtocol extends Protocol<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {

    /** @param type of all requests; null if each request carries its type */
    DeltaProtocol(Resources resources, StreamSubscriptions interest, XdsMetrics metrics, @Nullable ResourceType type) {
        super(resources, interest, metrics, type);
    }

    @Override
    Node node(DeltaDiscoveryRequest request) {
        return request.getNode();
    }

    @Override
    String typeUrl(DeltaDiscoveryRequest request) {
        return request.getTypeUrl();
    }

    @Override
    void first(TypeSubscription subscribed, DeltaDiscoveryRequest request, ClientNode from) {
        request.getInitialResourceVersionsMap().forEach((name, version) -> has(subscribed, name, version, from));
        boolean isToAll = subscribed.type().isComplete()
                && request.getResourceNamesSubscribeList().isEmpty();
        Set<String> wanted =
                subscribe(subscribed, isToAll ? List.of("*") : request.getResourceNamesSubscribeList(), from);
        List<String> lacking =
                wanted.stream().filter(name -> isOther(subscribed, name, from)).toList();
        owe(subscribed, lacking);
        if (subscribed.isToAll() && subscribed.versions().names().isEmpty() && lacking.isEmpty()) {
            // A client that subscribes to all resources waits for a response.
            subscribed.oweAnswer();
        }
    }

    @Override
    void again(TypeSubscription subscribed, DeltaDiscoveryRequest request, ClientNode from) {
        if (!request.getResponseNonce().isEmpty()) {
            hear(subscribed, request, from);
        }
        unsubscribe(subscribed, request.getResourceNamesUnsubscribeList());
        boolean wasToAll = subscribed.isToAll();
        Set<String> wanted = subscribe(subscribed, request.getResourceNamesSubscribeList(), from);
        owe(subscribed, wanted);
        if (subscribed.isToAll() && !wasToAll && wanted.isEmpty()) {
            // As after the first request.
            subscribed.oweAnswer();
        }
    }

    private void hear(TypeSubscription subscribed, DeltaDiscoveryRequest request, ClientNode from) {
        String nonce = request.getResponseNonce();
        if (request.hasErrorDetail()) {
            rejected(subscribed, request.getErrorDetail().getMessage(), nonce, from);
        } else if (nonce.equals(subscribed.nonce())) {
            acknowledged(subscribed);
        } else {
            acceptedLate(subscribed, nonce);
        }
    }

    private Set<String> subscribe(TypeSubscription subscribed, List<String> names, ClientNode from) {
        Set<String> wanted = new LinkedHashSet<>();
        for (String name : names) {
            if (name.equals("*")) {
                setToAll(subscribed, true);
                wanted.addAll(resources().all(subscribed.type(), from));
            } else {
                add(subscribed, name);
                wanted.add(name);
            }
        }
        return wanted;
    }

    private void unsubscribe(TypeSubscription subscribed, List<String> names) {
        for (String name : names) {
            if (name.equals("*")) {
                setToAll(subscribed, false);
            } else {
                remove(subscribed, name);
            }
        }
    }

    @Override
    void changed(TypeSubscription subscribed, Set<String> services, ClientNode from) {
        owe(
                subscribed,
                services.stream()
                        .filter(name -> isWanted(subscribed, name, from) && isOther(subscribed, name, from))
                        .toList());
    }

    private boolean isWanted(TypeSubscription subscribed, String name, ClientNode from) {
        return subscribed.names().contains(name)
                || subscribed.isToAll() && resources().isInAll(subscribed.type(), name, from);
    }

    @Override
    DeltaDiscoveryResponse response(TypeSubscription subscribed, Collection<BuiltResource> found) {
        DeltaDiscoveryResponse.Builder response = DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(subscribed.type().url())
                .setSystemVersionInfo(subscribed.version())
                .setNonce(subscribed.nonce());
        for (BuiltResource resource : found) {
            response.addResources(io.envoyproxy.envoy.service.discovery.v3.Resource.newBuilder()
                    .setName(resource.name())
                    .setVersion(resource.version())
                    .setResource(resource.any()));
        }
        return response.build();
    }
}
