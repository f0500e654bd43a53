package io.discovery.member;

import io.discovery.directory.Directory;
import io.discovery.model.Change;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.model.ServiceName;
import io.discovery.registry.Registry;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of hosts and of services that operators allow, MAX_REGISTRATIONS and MAX_SERVICES. Changes of hosts that are
 * listed, or whose lease has ended, are always taken: a host that could not report for a while comes back.
 *
 * <p>A count of all lists takes a while, so a member counts at most once a second, and adds what it takes itself in
 * between. Members count for themselves: for a second, each may take hosts up to the limit. Safe for all threads.
 */
final class RegistrationCountLimit implements Registry.Room {

    private static final long COUNTED_FOR = TimeUnit.SECONDS.toNanos(1);

    private final Directory directory;
    private final int mostHosts;
    private final int mostServices;
    private final LongSupplier nanoTime;
    /** Null before the first count. */
    private @Nullable Long countedAt;

    private long hosts;
    private long services;
    /** Services that came after the count. */
    private final Set<ServiceName> added = new HashSet<>();

    /**
     * @param mostHosts 0 for no limit, and likewise of services
     * @param nanoTime {@link System#nanoTime}, or a test's
     */
    RegistrationCountLimit(Directory directory, int mostHosts, int mostServices, LongSupplier nanoTime) {
        this.directory = directory;
        this.mostHosts = mostHosts;
        this.mostServices = mostServices;
        this.nanoTime = nanoTime;
    }

    @Override
    public @Nullable RegistryException refusal(Change change, @Nullable Registration known) {
        boolean isLimited = mostHosts > 0 || mostServices > 0;
        boolean isNew = known == null || known.isTombstone();
        return isLimited && isNew && change instanceof Change.Register
                ? refusal(change.key().service())
                : null;
    }

    private synchronized @Nullable RegistryException refusal(ServiceName service) {
        countIfDue();
        if (mostHosts > 0 && hosts >= mostHosts) {
            return new RegistryException.Full(hosts + " hosts", "less than " + mostHosts + " (MAX_REGISTRATIONS)");
        }
        boolean isNew = !added.contains(service)
                && directory.service(service).listings().isEmpty();
        if (mostServices > 0 && isNew && services >= mostServices) {
            return new RegistryException.Full(services + " services", "less than " + mostServices + " (MAX_SERVICES)");
        }
        hosts++;
        if (isNew) {
            services++;
            added.add(service);
        }
        return null;
    }

    private void countIfDue() {
        long now = nanoTime.getAsLong();
        if (countedAt == null || now - countedAt >= COUNTED_FOR) {
            countedAt = now;
            hosts = 0;
            services = 0;
            added.clear();
            directory.overview((service, counts) -> {
                hosts += counts.listed();
                services++;
            });
        }
    }
}
