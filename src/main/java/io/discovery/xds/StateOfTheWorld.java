package io.discovery.xds;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
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
final class StateOfTheWorld implements Protocol<DiscoveryRequest> {

    private static final int MOST_RESENDS = 3;

    private final Resources resources;
    private final Interest interest;
    private final Consumer<DiscoveryResponse> answers;
    private final Tally tally;
    /** What a request is about that does not say. */
    private final @Nullable ResourceType type;

    private final Map<ResourceType, Subscribed> types = new EnumMap<>(ResourceType.class);
    private @Nullable Peer peer;
    private long nonces;

    /** @param type of all requests; null if each says it */
    StateOfTheWorld(
            Resources resources,
            Interest interest,
            Consumer<DiscoveryResponse> answers,
            Tally tally,
            @Nullable ResourceType type) {
        this.resources = resources;
        this.interest = interest;
        this.answers = answers;
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
            answer(first, wanted(first, from), from);
        } else if (request.getResponseNonce().equals(before.nonce())) {
            next(before, request, from);
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

    private void next(Subscribed subscribed, DiscoveryRequest request, Peer from) {
        boolean wasToAll = subscribed.isToAll();
        Set<String> added = subscribe(subscribed, request.getResourceNamesList());
        if (request.hasErrorDetail()) {
            reject(subscribed, request, from);
        } else if (request.getVersionInfo().equals(subscribed.version())) {
            subscribed.acknowledge();
            tally.acknowledged();
        } else if (subscribed.resend() <= MOST_RESENDS) {
            answer(subscribed, wanted(subscribed, from), from);
            return;
        }
        boolean isMore = !added.isEmpty() || subscribed.isToAll() && !wasToAll;
        if (isMore) {
            answer(subscribed, subscribed.type().isComplete() ? wanted(subscribed, from) : added, from);
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
                Set<String> other = only(services, name -> isOther(subscribed, name, from));
                if (!other.isEmpty()) {
                    answer(subscribed, other, from);
                }
            } else if (subscribed.isToAll() && hasNews(subscribed, services, from)) {
                answer(subscribed, wanted(subscribed, from), from);
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

    private static Set<String> only(Set<String> names, Predicate<String> which) {
        Set<String> some = new LinkedHashSet<>();
        names.stream().filter(which).forEach(some::add);
        return some;
    }

    /** Nobody is sent that nothing is there of a type that may come in parts: it would not know of what. */
    private void answer(Subscribed subscribed, Set<String> names, Peer from) {
        List<Resource> found = new ArrayList<>(names.size());
        names.forEach(name -> found.add(resources.find(subscribed.type(), name, from)));
        if (subscribed.type().isComplete()) {
            send(subscribed, found);
        } else {
            Parts.of(found).forEach(part -> send(subscribed, part));
        }
    }

    private void send(Subscribed subscribed, List<Resource> found) {
        nonces++;
        String nonce = Long.toString(nonces);
        subscribed.answered(nonce, subscribed.note(found));
        DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder()
                .setTypeUrl(subscribed.type().url())
                .setVersionInfo(subscribed.version())
                .setNonce(nonce);
        found.forEach(resource -> response.addResources(resource.any()));
        tally.sent();
        answers.accept(response.build());
    }
}
