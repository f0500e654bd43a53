package io.discovery.xds;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The variant of the protocol in which requests say what is wanted more and less, and answers hold only what the client
 * lacks (Envoy: xDS protocol, "Incremental xDS").
 *
 * <ul>
 *   <li>The first request of a type may say which versions the client holds from another stream, be it to another member:
 *       only what differs from them is sent.
 *   <li>What is subscribed later is sent, also if the client was sent it before: it may have dropped it.
 *   <li>What a client names exists, as a service without endpoints if need be, so nothing is ever removed.
 *   <li>Subscriptions count whatever nonce the request has.
 * </ul>
 */
final class Incremental implements Protocol<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {

    private final Resources resources;
    private final Interest interest;
    private final Tally tally;
    private final @Nullable ResourceType type;

    private final Map<ResourceType, Subscribed> types = new EnumMap<>(ResourceType.class);
    private @Nullable Peer peer;
    private long nonces;

    /** @param type of all requests; null if each says it */
    Incremental(Resources resources, Interest interest, Tally tally, @Nullable ResourceType type) {
        this.resources = resources;
        this.interest = interest;
        this.tally = tally;
        this.type = type;
    }

    @Override
    public @Nullable Peer peer() {
        return peer;
    }

    @Override
    public List<Subscribed> subscribed() {
        return List.copyOf(types.values());
    }

    @Override
    public void received(DeltaDiscoveryRequest request) {
        Peer from = peer == null ? Peer.of(request.getNode()) : peer;
        peer = from;
        ResourceType asked = ResourceType.asked(request.getTypeUrl(), type);
        if (asked == null) {
            tally.unknownType();
            return;
        }
        Subscribed before = types.get(asked);
        if (before == null) {
            Subscribed first = new Subscribed(asked);
            types.put(asked, first);
            first(first, request, from);
        } else {
            hear(before, request, from);
            unsubscribe(before, request.getResourceNamesUnsubscribeList());
            before.owe(subscribe(before, request.getResourceNamesSubscribeList(), from));
        }
    }

    private void first(Subscribed subscribed, DeltaDiscoveryRequest request, Peer from) {
        request.getInitialResourceVersionsMap().forEach((name, version) -> {
            Interest.check(name, subscribed.held().names().size());
            subscribed.held().put(name, version);
        });
        boolean isToAll = subscribed.type().isComplete()
                && request.getResourceNamesSubscribeList().isEmpty();
        Set<String> wanted =
                subscribe(subscribed, isToAll ? List.of("*") : request.getResourceNamesSubscribeList(), from);
        List<String> lacking =
                wanted.stream().filter(name -> isOther(subscribed, name, from)).toList();
        subscribed.owe(lacking);
        if (subscribed.isToAll() && subscribed.held().names().isEmpty() && lacking.isEmpty()) {
            // Who asks for all waits for an answer.
            subscribed.oweAnswer();
        }
    }

    private void hear(Subscribed subscribed, DeltaDiscoveryRequest request, Peer from) {
        if (request.getResponseNonce().isEmpty()) {
            return;
        }
        if (request.hasErrorDetail()) {
            subscribed.reject(request.getErrorDetail().getMessage());
            tally.rejected(from, subscribed);
        } else if (request.getResponseNonce().equals(subscribed.nonce())) {
            subscribed.acknowledge();
            tally.acknowledged();
        } else {
            tally.stale();
        }
    }

    private Set<String> subscribe(Subscribed subscribed, List<String> names, Peer from) {
        Set<String> wanted = new LinkedHashSet<>();
        for (String name : names) {
            if (name.equals("*")) {
                subscribed.setToAll(true);
                interest.followAll();
                wanted.addAll(resources.all(subscribed.type(), from));
                continue;
            }
            Interest.check(name, subscribed.names().size());
            subscribed.names().add(name);
            wanted.add(name);
            if (subscribed.type() == ResourceType.ENDPOINT) {
                interest.follow(name);
            }
        }
        return wanted;
    }

    private void unsubscribe(Subscribed subscribed, List<String> names) {
        for (String name : names) {
            if (name.equals("*")) {
                subscribed.setToAll(false);
                if (types.values().stream().noneMatch(Subscribed::isToAll)) {
                    interest.unfollowAll();
                }
            } else {
                subscribed.forget(name);
                if (subscribed.type() == ResourceType.ENDPOINT) {
                    interest.unfollow(name);
                }
            }
        }
    }

    @Override
    public void changed(Set<String> services) {
        Peer from = peer;
        if (from == null) {
            return;
        }
        for (Subscribed subscribed : types.values()) {
            subscribed.owe(services.stream()
                    .filter(name -> isWanted(subscribed, name, from) && isOther(subscribed, name, from))
                    .toList());
        }
    }

    private boolean isWanted(Subscribed subscribed, String name, Peer from) {
        return subscribed.names().contains(name)
                || subscribed.isToAll() && resources.isInAll(subscribed.type(), name, from);
    }

    private boolean isOther(Subscribed subscribed, String name, Peer from) {
        return !resources
                .find(subscribed.type(), name, from)
                .version()
                .equals(subscribed.held().find(name));
    }

    @Override
    public @Nullable DeltaDiscoveryResponse next() {
        Peer from = peer;
        for (Subscribed subscribed : types.values()) {
            if (from != null && subscribed.isOwed()) {
                return answer(subscribed, from);
            }
        }
        return null;
    }

    private DeltaDiscoveryResponse answer(Subscribed subscribed, Peer from) {
        List<Resource> found =
                subscribed.take(name -> resources.find(subscribed.type(), name, from), Endpoints.LARGEST);
        nonces++;
        subscribed.answered(found, Long.toString(nonces));
        tally.sent();
        DeltaDiscoveryResponse.Builder response = DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(subscribed.type().url())
                .setSystemVersionInfo(subscribed.version())
                .setNonce(subscribed.nonce());
        for (Resource resource : found) {
            response.addResources(io.envoyproxy.envoy.service.discovery.v3.Resource.newBuilder()
                    .setName(resource.name())
                    .setVersion(resource.version())
                    .setResource(resource.any()));
        }
        return response.build();
    }
}
