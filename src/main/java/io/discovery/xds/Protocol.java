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
 * The server's side of one stream, as a state machine: requests and changes go in, and whoever can send asks for the next
 * answer. Only what is owed is kept, by name, so that a client which reads slowly costs little and gets what is there in the
 * end. Here is what both variants have in common. Belongs to the event loop of its stream.
 *
 * @param <Q> the requests
 * @param <R> the answers
 */
abstract class Protocol<Q, R> {

    /** In the place of a version that is not the one of now, whatever it is. */
    private static final String ANOTHER = "another";

    /** Resources that are made at once: some milliseconds' work. */
    private static final int PIECE = 500;

    private final Resources resources;
    private final StreamSubscriptions interest;
    private final XdsMetrics tally;
    /** What a request is about that does not say. */
    private final @Nullable ResourceType type;

    private final Map<ResourceType, TypeSubscription> types = new EnumMap<>(ResourceType.class);
    private @Nullable ClientNode peer;
    private @Nullable ResponseDraft draft;
    private long nonces;

    /** @param type of all requests; null if each says it */
    Protocol(Resources resources, StreamSubscriptions interest, XdsMetrics tally, @Nullable ResourceType type) {
        this.resources = resources;
        this.interest = interest;
        this.tally = tally;
        this.type = type;
    }

    /** @throws XdsRejectedException if the stream is to end */
    final void received(Q request) {
        ClientNode from = peer == null ? meet(request) : peer;
        ResourceType asked = ResourceType.asked(typeUrl(request), type);
        if (asked == null) {
            tally.unknownType();
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

    /** The first request of a type. */
    abstract void first(TypeSubscription subscribed, Q request, ClientNode from);

    /** Any other. */
    abstract void again(TypeSubscription subscribed, Q request, ClientNode from);

    /** The lists of these services may read otherwise now. */
    final void changed(Set<String> services) {
        ClientNode from = peer;
        if (from != null) {
            types.values().forEach(subscribed -> changed(subscribed, services, from));
        }
    }

    abstract void changed(TypeSubscription subscribed, Set<String> services, ClientNode from);

    /** Whether there is a next answer. */
    final boolean owes() {
        return draft != null || types.values().stream().anyMatch(TypeSubscription::isOwed);
    }

    /**
     * Whether the next answer takes more than one piece.
     *
     * @throws IllegalStateException if none is owed
     * @throws XdsRejectedException if the stream is to end
     */
    final boolean isNextLong() {
        return draft().subscribed().owed() > PIECE;
    }

    /**
     * Makes a piece of the next answer, with the content of now: that of thousands of names takes longer than an event loop
     * may be held up.
     *
     * @return the answer, which counts as sent; null if there are more pieces to it
     * @throws IllegalStateException if none is owed
     * @throws XdsRejectedException if the stream is to end
     */
    final @Nullable R next() {
        ResponseDraft made = draft();
        TypeSubscription subscribed = made.subscribed();
        ClientNode from = Objects.requireNonNull(peer, "what is owed was asked for");
        if (!subscribed.take(made, name -> find(subscribed, name, from), PIECE)) {
            return null;
        }
        draft = null;
        nonces++;
        subscribed.answered(Long.toString(nonces));
        tally.sent();
        return answer(subscribed, made.resources());
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
                .orElseThrow(() -> new IllegalStateException("nothing is owed"));
        return begin(subscribed, Objects.requireNonNull(peer, "what is owed was asked for"));
    }

    /** Begins the answer to this. */
    ResponseDraft begin(TypeSubscription subscribed, ClientNode from) {
        return subscribed.draft(Endpoints.LARGEST);
    }

    abstract R answer(TypeSubscription subscribed, Collection<Resource> found);

    final Resources resources() {
        return resources;
    }

    final Resource find(TypeSubscription subscribed, String name, ClientNode from) {
        return resources.find(subscribed.type(), name, from);
    }

    /** Whether the client has another content than there is now, or none. */
    final boolean isOther(TypeSubscription subscribed, String name, ClientNode from) {
        return !resources
                .version(subscribed.type(), name, from)
                .equals(subscribed.held().find(name));
    }

    /** These are to be sent, and are held from here on. */
    final void owe(TypeSubscription subscribed, Collection<String> names) {
        names.forEach(name -> hold(subscribed, name));
        subscribed.owe(names);
    }

    /** The client wants this too. */
    final void add(TypeSubscription subscribed, String name) {
        if (!subscribed.names().contains(name)) {
            StreamSubscriptions.check(name, subscribed.names().size());
            hold(subscribed, name);
            subscribed.names().add(name);
        }
        // Only endpoints change; the rest follows from names.
        if (subscribed.type() == ResourceType.ENDPOINT) {
            interest.follow(name);
        }
    }

    /** The client wants this no more. */
    final void remove(TypeSubscription subscribed, String name) {
        if (subscribed.knows(name)) {
            interest.release(name);
        }
        subscribed.forget(name);
        if (subscribed.type() == ResourceType.ENDPOINT) {
            interest.unfollow(name);
        }
    }

    /** The client has this, as it says. Of what it says only this is kept: whether that is what there is now. */
    final void has(TypeSubscription subscribed, String name, String version, ClientNode from) {
        StreamSubscriptions.check(name, subscribed.held().names().size());
        StreamSubscriptions.checkVersion(version);
        hold(subscribed, name);
        String now = resources.version(subscribed.type(), name, from);
        subscribed.held().put(name, version.equals(now) ? now : ANOTHER);
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

    /** The client took the last answer. */
    final void acknowledged(TypeSubscription subscribed) {
        interest.release(bytes(subscribed.rejection()));
        subscribed.acknowledge();
        tally.acknowledged();
    }

    /** The client did not, and says why; the next change is sent all the same. */
    final void rejected(TypeSubscription subscribed, String reason, ClientNode from) {
        interest.release(bytes(subscribed.rejection()));
        subscribed.reject(ClientText.cut(reason));
        interest.hold(bytes(subscribed.rejection()), "a reason");
        tally.rejected(from, subscribed);
    }

    private static long bytes(TypeSubscription.@Nullable Rejection rejection) {
        return rejection == null ? 0 : ClientText.bytes(rejection.reason());
    }

    /** It said so before it had the last answer. */
    final void stale() {
        tally.stale();
    }

    /** Who the client is; null before the first request. */
    final @Nullable ClientNode peer() {
        return peer;
    }

    /** What the client has subscribed to, by type. */
    final List<TypeSubscription> subscribed() {
        return List.copyOf(types.values());
    }
}
