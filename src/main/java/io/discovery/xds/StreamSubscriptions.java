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
 * The memory that a stream holds, and its subscriptions to changes of services. Confined to the event loop of its
 * stream; it calls the consumer of changes from any thread.
 */
final class StreamSubscriptions implements AutoCloseable {

    /** Maximum number of names of one type on a stream. */
    static final int MOST_NAMES = 20_000;
    /** Maximum characters of a name; services with longer names are not available over xDS. */
    private static final int LONGEST_NAME = 2_048;
    /** Bytes that a name takes on a stream beside its characters: the mean over 300,000 of them. */
    private static final int EACH = 400;
    /**
     * Maximum characters of a version; this member's versions have 32, and a client's version from another server never
     * matches.
     */
    private static final int LONGEST_VERSION = 100;

    private final Subscriptions subscriptions;
    private final MemoryShare memory;
    private final Consumer<String> changed;
    private final Map<String, Subscription> services = new HashMap<>();
    private @Nullable Subscription all;

    /** @param memory the stream's share of the memory for all streams; not closed here */
    StreamSubscriptions(Subscriptions subscriptions, MemoryShare memory, Consumer<String> changed) {
        this.subscriptions = subscriptions;
        this.memory = memory;
        this.changed = changed;
    }

    /**
     * Checks a name before the stream holds it.
     *
     * @param held number of names of its type on the stream
     * @throws XdsRejectedException if there are too many names, or this one is too long
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
     * Checks a version that a client reports.
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
     * Counts a name that the stream holds from here on.
     *
     * @throws XdsRejectedException if the member has no memory for it
     */
    void hold(String name) {
        hold(bytes(name), "more names of resources");
    }

    /**
     * Counts a text of the client, in its node or an error detail.
     *
     * @param bytes that it takes
     * @param what in words, for a refusal
     * @throws XdsRejectedException if the member has no memory for it
     */
    void hold(long bytes, String what) {
        if (memory.isRoomFull()) {
            throw XdsRejectedException.noMemory(what, memory.whyRoomScarce());
        }
        memory.take(bytes);
    }

    /** Releases bytes that the stream held. */
    void release(long bytes) {
        memory.leave(bytes);
    }

    /** Releases a name that the stream held. */
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
        return subscriptions.subscribe(service, name -> changed.accept(name.text()));
    }

    void unfollow(String name) {
        Subscription subscription = services.remove(name);
        if (subscription != null) {
            subscription.close();
        }
    }

    void followAll() {
        if (all == null) {
            all = subscriptions.subscribeAll(name -> changed.accept(name.text()));
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

    /** Returns whether the directory is being rebuilt, while subscribers must not be told of its content. */
    boolean isHeld() {
        return subscriptions.isHeld();
    }
}
