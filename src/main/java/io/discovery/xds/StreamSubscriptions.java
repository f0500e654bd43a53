package io.discovery.xds;

import io.discovery.directory.Snapshot;
import io.discovery.model.ServiceName;
import io.discovery.subscription.ChangeListener;
import io.discovery.subscription.EventLoopNotifier;
import io.discovery.subscription.Subscription;
import io.vertx.grpc.common.GrpcStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a stream holds, and its subscriptions to changes of services. Confined to the event loop of its
 * stream.
 */
final class StreamSubscriptions implements ChangeListener, AutoCloseable {

    /** Maximum number of names of one type on a stream. */
    static final int MOST_NAMES = 20_000;
    /** Maximum characters of a name; services with longer names are not available over xDS. */
    private static final int LONGEST_NAME = 2_048;
    /** Bytes that a name takes on a stream beside its characters: the mean over 300,000 of them. */
    private static final int EACH = 400;
    /** Bytes that a subscription to a service takes that no other stream subscribes to: as measured for {@link #EACH}. */
    static final int SUBSCRIPTION = 300;
    /**
     * Maximum characters of a version; this member's versions have 32, and a client's version from another server never
     * matches.
     */
    private static final int LONGEST_VERSION = 100;

    private final EventLoopNotifier notifier;
    private final MemoryShare memory;
    private final Consumer<String> onChange;
    private final Runnable onEnd;
    private final Map<String, Subscription> services = new HashMap<>();
    private @Nullable Subscription all;

    /**
     * @param notifier of the stream's event loop
     * @param memory the stream's share of the memory for all streams; not closed here
     * @param onChange takes the name of a changed service
     * @param onEnd ends the stream
     */
    StreamSubscriptions(EventLoopNotifier notifier, MemoryShare memory, Consumer<String> onChange, Runnable onEnd) {
        this.notifier = notifier;
        this.memory = memory;
        this.onChange = onChange;
        this.onEnd = onEnd;
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
        requireRoom(what);
        memory.take(bytes);
    }

    /** Returns whether the member has no memory for more. */
    boolean isRoomFull() {
        return memory.isRoomFull();
    }

    private void requireRoom(String what) {
        if (isRoomFull()) {
            throw XdsRejectedException.noMemory(what, memory.whyRoomScarce());
        }
    }

    /**
     * Checks that the stream may do more with a name that it holds already.
     *
     * @throws XdsRejectedException if the member has no memory for it
     */
    void requireRoom() {
        requireRoom("more names of resources");
    }

    /** Releases bytes that the stream held, or counts more of what it holds already if there are fewer than none. */
    void release(long bytes) {
        memory.leave(bytes);
    }

    /** Releases a name that the stream held. */
    void release(String name) {
        release(bytes(name));
    }

    /** Returns the bytes that a name takes on a stream. */
    static long bytes(String name) {
        return EACH + ClientText.characterBytes(name);
    }

    /** Subscribes to the service of a name, if there can be one. There must have been room just before. */
    void follow(String name) {
        Resources.service(name).ifPresent(service -> services.computeIfAbsent(name, key -> subscribe(service)));
    }

    private Subscription subscribe(ServiceName service) {
        memory.take(SUBSCRIPTION);
        return notifier.follow(service, this);
    }

    void unfollow(String name) {
        Subscription subscription = services.remove(name);
        if (subscription != null) {
            release(SUBSCRIPTION);
            subscription.close();
        }
    }

    void followAll() {
        if (all == null) {
            all = notifier.followAll(this);
        }
    }

    void unfollowAll() {
        if (all != null) {
            all.close();
            all = null;
        }
    }

    @Override
    public void changed(Snapshot now) {
        onChange.accept(now.name());
    }

    @Override
    public void end() {
        onEnd.run();
    }

    @Override
    public void close() {
        services.values().forEach(Subscription::close);
        services.clear();
        unfollowAll();
    }

    /** Returns whether the directory is being rebuilt, while subscribers must not be told of its content. */
    boolean isHeld() {
        return notifier.isHeld();
    }

    /** Returns the number of rebuilds of the directory so far, for {@link #wasRebuiltSince}. */
    int rebuilds() {
        return notifier.rebuilds();
    }

    /** Returns whether the directory is being rebuilt, or was since {@link #rebuilds} returned {@code before}. */
    boolean wasRebuiltSince(int before) {
        return notifier.wasRebuiltSince(before);
    }
}
