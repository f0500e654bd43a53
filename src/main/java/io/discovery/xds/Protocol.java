package io.discovery.xds;

import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one stream, as a state machine: requests and changes go in, and the stream takes the next
 * response when it can send. The state holds only the names of resources due, so a slow client costs little and gets
 * the latest state in the end. This class is what both variants have in common. Confined to the event loop of its
 * stream.
 *
 * @param <Q> the requests
 * @param <R> the responses
 */
abstract class Protocol<Q, R> {

    /** Stands for any version that is not the current one. */
    private static final String ANOTHER = "another";

    /** Resources built in one turn of the event loop: some milliseconds' work. */
    private static final int PIECE = 500;

    /** Bytes that a name takes among those of a response that is not accepted, or of a rejection. */
    static final long OF_RESPONSE = 64;

    private final Resources resources;
    private final StreamSubscriptions interest;
    private final XdsMetrics metrics;
    /** The type of requests without one. */
    private final @Nullable ResourceType type;

    private final Map<ResourceType, TypeSubscription> types = new EnumMap<>(ResourceType.class);
    private @Nullable ClientNode peer;
    private @Nullable ResponseDraft draft;
    private long nonces;

    /** @param type of all requests; null if each request carries its type */
    Protocol(Resources resources, StreamSubscriptions interest, XdsMetrics metrics, @Nullable ResourceType type) {
        this.resources = resources;
        this.interest = interest;
        this.metrics = metrics;
        this.type = type;
    }

    /**
     * Handles a request.
     *
     * @throws XdsRejectedException if the stream is to end
     */
    final void received(Q request) {
        ClientNode from = peer == null ? meet(request) : peer;
        ResourceType asked = ResourceType.asked(typeUrl(request), type);
        if (asked == null) {
            metrics.unknownType();
            return;
        }
        TypeSubscription before = types.get(asked);
        if (before == null) {
            TypeSubscription first = new TypeSubscription(asked);
            types.put(asked, first);
            first(first, request, from);
        } else {
            again(before, request, from);
        }
    }

    private ClientNode meet(Q request) {
        ClientNode met = ClientNode.of(node(request));
        interest.hold(met.bytes(), "a client that says who it is");
        peer = met;
        return met;
    }

    abstract Node node(Q request);

    abstract String typeUrl(Q request);

    /** Handles the first request of a type. */
    abstract void first(TypeSubscription subscribed, Q request, ClientNode from);

    /** Handles a later request of a type. */
    abstract void again(TypeSubscription subscribed, Q request, ClientNode from);

    /** Handles changes to the lists of services. */
    final void changed(Set<String> services) {
        ClientNode from = peer;
        if (from != null) {
            types.values().forEach(subscribed -> changed(subscribed, services, from));
        }
    }

    abstract void changed(TypeSubscription subscribed, Set<String> services, ClientNode from);

    /** Returns whether there is a next response. */
    final boolean owes() {
        return draft != null || types.values().stream().anyMatch(TypeSubscription::isOwed);
    }

    /**
     * Returns whether the next response takes more than one piece.
     *
     * @throws IllegalStateException if no response is due
     * @throws XdsRejectedException if the stream is to end
     */
    final boolean isNextLong() {
        return draft().subscribed().owed() > PIECE;
    }

    /**
     * Builds a piece of the next response from current content: a response with thousands of names would block an event
     * loop for too long.
     *
     * @return the response, which counts as sent; null if there are more pieces to it
     * @throws IllegalStateException if no response is due
     * @throws XdsRejectedException if the stream is to end
     */
    final @Nullable R next() {
        ResponseDraft made = draft();
        TypeSubscription subscribed = made.subscribed();
        ClientNode from = Objects.requireNonNull(peer, "no response is due before the first request");
        if (!subscribed.take(made, name -> find(subscribed, name, from), PIECE)) {
            return null;
        }
        draft = null;
        nonces++;
        // Without memory for more names a later rejection names none; the client gets its response all the same.
        List<String> names = interest.isRoomFull()
                ? made.names().stream().filter(subscribed::isRejected).toList()
                : made.names();
        count(subscribed, () -> subscribed.answered(Long.toString(nonces), names));
        metrics.sent();
        return response(subscribed, made.resources());
    }

    private ResponseDraft draft() {
        ResponseDraft made = draft == null ? begin() : draft;
        draft = made;
        return made;
    }

    private ResponseDraft begin() {
        TypeSubscription subscribed = types.values().stream()
                .filter(TypeSubscription::isOwed)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no response is due"));
        return begin(subscribed, Objects.requireNonNull(peer, "no response is due before the first request"));
    }

    /** Begins the response for a type. */
    ResponseDraft begin(TypeSubscription subscribed, ClientNode from) {
        return subscribed.draft(Endpoints.LARGEST);
    }

    abstract R response(TypeSubscription subscribed, Collection<BuiltResource> found);

    final Resources resources() {
        return resources;
    }

    final Resource find(TypeSubscription subscribed, String name, ClientNode from) {
        return resources.find(subscribed.type(), name, from);
    }

    /** Returns whether the client lacks the current content of a resource. */
    final boolean isOther(TypeSubscription subscribed, String name, ClientNode from) {
        return !resources
                .version(subscribed.type(), name, from)
                .equals(subscribed.versions().find(name));
    }

    /** Marks resources as due, and counts their names from here on. */
    final void owe(TypeSubscription subscribed, Collection<String> names) {
        names.forEach(name -> hold(subscribed, name));
        subscribed.owe(names);
    }

    /** Subscribes the client to a name. */
    final void add(TypeSubscription subscribed, String name) {
        if (!subscribed.names().contains(name)) {
            StreamSubscriptions.check(name, subscribed.names().size());
            if (subscribed.knows(name)) {
                interest.requireRoom();
            } else {
                interest.hold(name);
            }
            subscribed.names().add(name);
        }
        // Only endpoints change; the other types depend on names alone.
        if (subscribed.type() == ResourceType.ENDPOINT) {
            interest.follow(name);
        }
    }

    /** Unsubscribes the client from a name. */
    final void remove(TypeSubscription subscribed, String name) {
        if (subscribed.knows(name)) {
            interest.release(name);
        }
        count(subscribed, () -> subscribed.forget(name));
        if (subscribed.type() == ResourceType.ENDPOINT) {
            interest.unfollow(name);
        }
    }

    /** Records the version that the client reports for a resource, but only whether it is the current one. */
    final void has(TypeSubscription subscribed, String name, String version, ClientNode from) {
        StreamSubscriptions.check(name, subscribed.versions().names().size());
        StreamSubscriptions.checkVersion(version);
        hold(subscribed, name);
        String now = resources.version(subscribed.type(), name, from);
        subscribed.versions().put(name, version.equals(now) ? now : ANOTHER);
    }

    private void hold(TypeSubscription subscribed, String name) {
        if (!subscribed.knows(name)) {
            interest.hold(name);
        }
    }

    final void setToAll(TypeSubscription subscribed, boolean isToAll) {
        subscribed.setToAll(isToAll).forEach(interest::release);
        if (types.values().stream().anyMatch(TypeSubscription::isToAll)) {
            interest.followAll();
        } else {
            interest.unfollowAll();
        }
    }

    /** Records that the client accepted the last response. */
    final void acknowledged(TypeSubscription subscribed) {
        count(subscribed, subscribed::acknowledge);
        metrics.acknowledged();
    }

    /** Runs a step, and counts the bytes of the responses and rejections that it begins or ends. */
    private void count(TypeSubscription subscribed, Runnable step) {
        long before = bytes(subscribed);
        step.run();
        interest.release(before - bytes(subscribed));
    }

    /**
     * Records that the client rejected a response, and why; the next change is sent all the same.
     *
     * @param nonce of the response, which need not be the last one
     */
    final void rejected(TypeSubscription subscribed, String reason, String nonce, ClientNode from) {
        long before = bytes(subscribed);
        TypeSubscription.Rejection rejection = subscribed.reject(ClientText.cut(reason), nonce);
        interest.release(before);
        interest.hold(bytes(subscribed), "a reason");
        metrics.rejected(from, subscribed.type(), rejection);
    }

    private static long bytes(TypeSubscription subscribed) {
        TypeSubscription.Rejection rejection = subscribed.rejection();
        long rejected = rejection == null
                ? 0
                : ClientText.bytes(rejection.reason())
                        + OF_RESPONSE * rejection.resources().size();
        return rejected + OF_RESPONSE * subscribed.unanswered();
    }

    /** Records a request that crossed with a newer response, and accepts the one that it answers. */
    final void acceptedLate(TypeSubscription subscribed, String nonce) {
        count(subscribed, () -> subscribed.accept(nonce));
        stale();
    }

    /** Records a request that crossed with a newer response. */
    final void stale() {
        metrics.stale();
    }

    /** Returns the client's identity, or null before the first request. */
    final @Nullable ClientNode peer() {
        return peer;
    }

    /** Returns the client's subscriptions, one for each type. */
    final List<TypeSubscription> subscribed() {
        return List.copyOf(types.values());
    }
}
