package io.discovery.xds;

import io.discovery.model.ServiceName;
import io.discovery.subscription.Subscription;
import io.discovery.subscription.Subscriptions;
import io.vertx.grpc.common.GrpcStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a stream holds, which is counted, and the services whose changes it hears of. Belongs to the event loop of its stream;
 * what it calls, any thread may.
 */
final class StreamSubscriptions implements AutoCloseable {

    /** Names of one type that a stream may subscribe to. */
    static final int MOST_NAMES = 20_000;
    /** Characters; services of longer names are not to be had here. */
    private static final int LONGEST_NAME = 2_048;
    /** Bytes that a name takes on a stream beside its characters: the mean over 300,000 of them. */
    private static final int EACH = 400;
    /** Characters; ours have 32, and what a client has of others is not ours. */
    private static final int LONGEST_VERSION = 100;

    private final Subscriptions subscriptions;
    private final MemoryShare held;
    private final Consumer<String> changed;
    private final Map<String, Subscription> services = new HashMap<>();
    private @Nullable Subscription all;

    /** @param held what the stream takes of the memory for all that streams hold; not closed here */
    StreamSubscriptions(Subscriptions subscriptions, MemoryShare held, Consumer<String> changed) {
        this.subscriptions = subscriptions;
        this.held = held;
        this.changed = changed;
    }

    /**
     * Checks a name before it is held.
     *
     * @param held how many names of its type the stream has
     * @throws XdsRejectedException if it is one too many, or too long
     */
    static void check(String name, int held) {
        if (held >= MOST_NAMES) {
            throw new XdsRejectedException(
                    GrpcStatus.RESOURCE_EXHAUSTED,
                    "more names of resources",
                    "at most " + MOST_NAMES + " of a type on a stream");
        }
        if (name.length() > LONGEST_NAME) {
            throw new XdsRejectedException(
                    GrpcStatus.INVALID_ARGUMENT,
                    "a name of " + name.length() + " characters",
                    "at most " + LONGEST_NAME);
        }
    }

    /**
     * Checks the version that a client says it has of something.
     *
     * @throws XdsRejectedException if it is too long
     */
    static void checkVersion(String version) {
        if (version.length() > LONGEST_VERSION) {
            throw new XdsRejectedException(
                    GrpcStatus.INVALID_ARGUMENT,
                    "a version of " + version.length() + " characters",
                    "at most " + LONGEST_VERSION);
        }
    }

    /**
     * Counts a name that is held from here on.
     *
     * @throws XdsRejectedException if it is one too many for the member
     */
    void hold(String name) {
        hold(bytes(name), "more names of resources");
    }

    /**
     * Counts what a client says of itself, or of an answer.
     *
     * @param bytes that it takes
     * @param what in words, for a refusal
     * @throws XdsRejectedException if it is too much for the member
     */
    void hold(long bytes, String what) {
        if (held.isRoomFull()) {
            throw XdsRejectedException.noMemory(what, held.whyRoomScarce());
        }
        held.take(bytes);
    }

    /** So many bytes that were held are so no more. */
    void release(long bytes) {
        held.leave(bytes);
    }

    /** A name that was held is so no more. */
    void release(String name) {
        release(bytes(name));
    }

    private static long bytes(String name) {
        return EACH + ClientText.characterBytes(name);
    }

    void follow(String name) {
        Resources.service(name).ifPresent(service -> services.computeIfAbsent(name, key -> subscribe(service)));
    }

    private Subscription subscribe(ServiceName service) {
        return subscriptions.subscribe(service, snapshot -> changed.accept(snapshot.name()));
    }

    void unfollow(String name) {
        Subscription subscription = services.remove(name);
        if (subscription != null) {
            subscription.close();
        }
    }

    void followAll() {
        if (all == null) {
            all = subscriptions.subscribeAll(snapshot -> changed.accept(snapshot.name()));
        }
    }

    void unfollowAll() {
        if (all != null) {
            all.close();
            all = null;
        }
    }

    @Override
    public void close() {
        services.values().forEach(Subscription::close);
        services.clear();
        unfollowAll();
    }

    /** Whether what the directory has is being put together, and nobody is to be told of it. */
    boolean isHeld() {
        return subscriptions.isHeld();
    }
}
