package io.discovery.xds;

import io.discovery.directory.Subscription;
import io.discovery.directory.Subscriptions;
import io.discovery.model.ServiceName;
import io.vertx.grpc.common.GrpcStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The services whose changes a stream hears of. Belongs to the event loop of its stream; what it calls, any thread may. */
final class Interest implements AutoCloseable {

    /** Names of one type that a stream may subscribe to. */
    static final int MOST_NAMES = 20_000;
    /** Characters; services of longer names are not to be had here. */
    private static final int LONGEST_NAME = 2_048;

    private final Subscriptions subscriptions;
    private final Consumer<String> changed;
    private final Map<String, Subscription> services = new HashMap<>();
    private @Nullable Subscription all;

    Interest(Subscriptions subscriptions, Consumer<String> changed) {
        this.subscriptions = subscriptions;
        this.changed = changed;
    }

    /**
     * Checks a name before it is held.
     *
     * @param held how many names of its type the stream has
     * @throws Refusal if it is one too many, or too long
     */
    static void check(String name, int held) {
        if (held >= MOST_NAMES) {
            throw new Refusal(
                    GrpcStatus.RESOURCE_EXHAUSTED,
                    "more names of resources",
                    "at most " + MOST_NAMES + " of a type on a stream");
        }
        if (name.length() > LONGEST_NAME) {
            throw new Refusal(
                    GrpcStatus.INVALID_ARGUMENT,
                    "a name of " + name.length() + " characters",
                    "at most " + LONGEST_NAME);
        }
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
}
