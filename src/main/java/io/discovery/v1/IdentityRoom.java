package io.discovery.v1;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.discovery.auth.ClientLimits;
import io.discovery.auth.Identity;
import io.discovery.auth.ServicePatterns;
import io.discovery.directory.Directory;
import io.discovery.directory.HostCounts;
import io.discovery.directory.HostLimit;
import io.discovery.directory.HostRoom;
import io.discovery.http.Caller;
import io.discovery.model.InstanceKey;
import io.discovery.model.RegistryException;
import io.discovery.model.ServiceName;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of hosts and of services that AUTH_FILE allows among the services that an identity may write, whichever
 * identity registers them: identities that may write the same services share them. Costs one look at the limits for an
 * identity without such limits, and one at the known registration for a heartbeat. Thread-safe.
 */
final class IdentityRoom {

    private static final int MOST_ROOMS = 10_000;
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final Directory directory;
    private final LongSupplier nanoTime;
    private final LongAdder refused = new LongAdder();
    private final Cache<ServicePatterns, HostRoom> rooms;

    IdentityRoom(Directory directory) {
        this(directory, System::nanoTime);
    }

    /** @param nanoTime {@link System#nanoTime}, or a test's */
    IdentityRoom(Directory directory, LongSupplier nanoTime) {
        this.directory = directory;
        this.nanoTime = nanoTime;
        this.rooms = Caffeine.newBuilder()
                .maximumSize(MOST_ROOMS)
                .expireAfterAccess(KEPT)
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** Returns the number of hosts refused so far. */
    long refused() {
        return refused.sum();
    }

    /** Returns the refusal of a host that a client wants to register; null if there is room for it, which it takes. */
    @Nullable
    RegistryException refusal(Caller caller, InstanceKey key) {
        ClientLimits limits = caller.limits();
        return limits.areForHosts() && HostRoom.isNeeded(directory.find(key))
                ? refusal(caller.client().identity(), limits, key)
                : null;
    }

    private @Nullable RegistryException refusal(Identity identity, ClientLimits limits, InstanceKey key) {
        ServicePatterns written = identity.grants().written();
        HostRoom room =
                rooms.get(written, first -> new HostRoom(directory, reader -> count(written, reader), nanoTime));
        RegistryException refusal = room.take(key, limit(identity, limits));
        if (refusal != null) {
            refused.increment();
        }
        return refusal;
    }

    private static HostLimit limit(Identity identity, ClientLimits limits) {
        String name = identity.name().isEmpty() ? "clients without a proof" : identity.name();
        String owner = " of " + name + " in AUTH_FILE";
        return new HostLimit(
                limits.registrations(),
                limits.services(),
                "among the services that " + name + " may write",
                "registrations" + owner,
                "services" + owner);
    }

    private void count(ServicePatterns written, BiConsumer<ServiceName, HostCounts> reader) {
        if (written.isAll()) {
            directory.overview(reader);
            return;
        }
        for (String name : written.names()) {
            ServiceName service = new ServiceName(name);
            HostCounts counts = directory.counts(service);
            if (counts.listed() > 0) {
                reader.accept(service, counts);
            }
        }
        written.prefixes().forEach(prefix -> directory.counts(prefix, reader));
    }
}
