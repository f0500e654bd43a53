package io.discovery.xds;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
final class StateOfTheWorld implements Protocol<DiscoveryRequest, DiscoveryResponse> {

    private static final int MOST_RESENDS = 3;

    private final Resources resources;
    private final Interest interest;
    private final Tally tally;
    /** What a request is about that does not say. */
    private final @Nullable ResourceType type;

    private final Map<ResourceType, Subscribed> types = new EnumMap<>(ResourceType.class);
    private @Nullable Peer peer;
    private long nonces;

    /** @param type of all requests; null if each says it */
    StateOfTheWorld(Resources resources, Interest interest, Tally tally, @Nullable ResourceType type) {
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
    public void received(DiscoveryRequest request) {
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
            subscribe(first, request.getResourceNamesList());
            owe(first, first.names());
        } else if (request.getResponseNonce().equals(before.nonce())) {
            follow(before, request, from);
        } else if (request.hasErrorDetail()) {
            // Of an answer in parts, say, that was not the last.
            reject(before, request, from);
        } else {
            tally.stale();
        }
    }

    private void reject(Subscribed subscribed, DiscoveryRequest request, Peer from) {
        subscribed.reject(request.getErrorDetail().getMessage());
        tally.rejected(from, subscribed);
    }

    private void follow(Subscribed subscribed, DiscoveryRequest request, Peer from) {
        boolean wasToAll = subscribed.isToAll();
        Set<String> added = subscribe(subscribed, request.getResourceNamesList());
        if (request.hasErrorDetail()) {
            reject(subscribed, request, from);
        } else if (request.getVersionInfo().equals(subscribed.version())) {
            subscribed.acknowledge();
            tally.acknowledged();
        } else if (subscribed.resend() <= MOST_RESENDS) {
            owe(subscribed, subscribed.names());
        }
        if (!added.isEmpty() || subscribed.isToAll() && !wasToAll) {
            owe(subscribed, added);
        }
    }

    /** Nobody is sent that nothing is there of a type that may come in parts: it would not know of what. */
    private static void owe(Subscribed subscribed, Set<String> names) {
        if (subscribed.type().isComplete()) {
            subscribed.oweAnswer();
        } else {
            subscribed.owe(names);
        }
    }

    /** Takes over what the client wants from now on; answers what of it is new. */
    private Set<String> subscribe(Subscribed subscribed, List<String> given) {
        Set<String> names = new LinkedHashSet<>(given);
        boolean toAll =
                names.remove("*") || names.isEmpty() && subscribed.type().isComplete() && !subscribed.hasNamed();
        if (!given.isEmpty()) {
            subscribed.named();
        }
        setToAll(subscribed, toAll);
        for (String name : List.copyOf(subscribed.names())) {
            if (!names.contains(name)) {
                subscribed.forget(name);
                unfollow(subscribed.type(), name);
            }
        }
        Set<String> added = new LinkedHashSet<>();
        for (String name : names) {
            if (!subscribed.names().contains(name)) {
                Interest.check(name, subscribed.names().size());
                subscribed.names().add(name);
                added.add(name);
                follow(subscribed.type(), name);
            }
        }
        return added;
    }

    private void setToAll(Subscribed subscribed, boolean toAll) {
        if (toAll && !subscribed.isToAll()) {
            interest.followAll();
        }
        subscribed.setToAll(toAll);
        if (types.values().stream().noneMatch(Subscribed::isToAll)) {
            interest.unfollowAll();
        }
    }

    /** Only endpoints change; the rest follows from names. */
    private void follow(ResourceType of, String name) {
        if (of == ResourceType.ENDPOINT) {
            interest.follow(name);
        }
    }

    private void unfollow(ResourceType of, String name) {
        if (of == ResourceType.ENDPOINT) {
            interest.unfollow(name);
        }
    }

    /** All that the client is to have; what it was once sent with all stays, also when no host is left. */
    private Set<String> wanted(Subscribed subscribed, Peer from) {
        if (!subscribed.isToAll()) {
            return subscribed.names();
        }
        Set<String> all = new LinkedHashSet<>(subscribed.held().names());
        all.addAll(resources.all(subscribed.type(), from));
        all.addAll(subscribed.names());
        return all;
    }

    @Override
    public void changed(Set<String> services) {
        Peer from = peer;
        if (from == null) {
            return;
        }
        for (Subscribed subscribed : types.values()) {
            if (subscribed.type() == ResourceType.ENDPOINT) {
                subscribed.owe(services.stream()
                        .filter(name -> isOther(subscribed, name, from))
                        .toList());
            } else if (subscribed.isToAll() && hasNews(subscribed, services, from)) {
                subscribed.oweAnswer();
            }
        }
    }

    private boolean isOther(Subscribed subscribed, String name, Peer from) {
        return subscribed.names().contains(name)
                && !resources
                        .find(subscribed.type(), name, from)
                        .version()
                        .equals(subscribed.held().find(name));
    }

    private boolean hasNews(Subscribed subscribed, Set<String> services, Peer from) {
        return services.stream()
                .anyMatch(name ->
                        subscribed.held().find(name) == null && resources.isInAll(subscribed.type(), name, from));
    }

    @Override
    public @Nullable DiscoveryResponse next() {
        Peer from = peer;
        for (Subscribed subscribed : types.values()) {
            if (from != null && subscribed.isOwed()) {
                return answer(subscribed, from);
            }
        }
        return null;
    }

    private DiscoveryResponse answer(Subscribed subscribed, Peer from) {
        ResourceType of = subscribed.type();
        if (of.isComplete()) {
            subscribed.owe(wanted(subscribed, from));
        }
        List<Resource> found = subscribed.take(
                name -> resources.find(of, name, from), of.isComplete() ? Long.MAX_VALUE : Endpoints.LARGEST);
        nonces++;
        subscribed.answered(found, Long.toString(nonces));
        tally.sent();
        DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder()
                .setTypeUrl(of.url())
                .setVersionInfo(subscribed.version())
                .setNonce(subscribed.nonce());
        found.forEach(resource -> response.addResources(resource.any()));
        return response.build();
    }
}
