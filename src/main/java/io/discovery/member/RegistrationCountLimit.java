package io.discovery.member;

import io.discovery.directory.Directory;
import io.discovery.directory.HostLimit;
import io.discovery.directory.HostRoom;
import io.discovery.model.Change;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.registry.Registry;
import io.discovery.telemetry.Meters;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of hosts and of services that operators allow, MAX_REGISTRATIONS and MAX_SERVICES. Changes of hosts that are
 * listed, or whose lease has ended, are always taken. Safe for all threads.
 */
final class RegistrationCountLimit implements Registry.Room {

    private final HostRoom room;
    private final HostLimit most;

    /**
     * @param mostHosts 0 for no limit, and likewise of services
     * @param nanoTime {@link System#nanoTime}, or a test's
     */
    RegistrationCountLimit(Directory directory, int mostHosts, int mostServices, LongSupplier nanoTime) {
        this.room = new HostRoom(directory, directory::overview, nanoTime);
        this.most = new HostLimit(mostHosts, mostServices, "", "MAX_REGISTRATIONS", "MAX_SERVICES");
    }

    /** Limits that are not set read as 0. */
    void register(Meters meters) {
        meters.gauge("discovery.hosts.limit", most::hosts);
        meters.gauge("discovery.services.limit", most::services);
    }

    @Override
    public @Nullable RegistryException refusal(Change change, @Nullable Registration known) {
        return most.isOne() && change instanceof Change.Register && HostRoom.isNeeded(known)
                ? room.take(change.key(), most)
                : null;
    }
}
