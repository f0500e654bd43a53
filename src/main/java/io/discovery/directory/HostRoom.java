package io.discovery.directory;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.model.ServiceName;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The room for new hosts of some services, or of all. A count of the lists takes a while, so a member counts at most once a
 * second, and adds what it takes itself in between. Members count for themselves: for a second, each may take hosts up to the
 * limit. Thread-safe.
 */
public final class HostRoom {

    private static final long COUNTED_FOR = TimeUnit.SECONDS.toNanos(1);

    private final Directory directory;
    private final Consumer<BiConsumer<ServiceName, HostCounts>> counting;
    private final LongSupplier nanoTime;
    /** Null before the first count. */
    private @Nullable Long countedAt;

    private long hosts;
    private long services;
    /** Services that came after the count. */
    private final Set<ServiceName> added = new HashSet<>();
    /** Hosts that came after the count. */
    private final Set<InstanceKey> taken = new HashSet<>();
    /** Hosts that came before the count, and were not listed then. */
    private final Set<InstanceKey> counted = new HashSet<>();

    /**
     * @param counting counts the services that share the room, without those that have no listed host
     * @param nanoTime {@link System#nanoTime}, or a test's
     */
    public HostRoom(
            Directory directory, Consumer<BiConsumer<ServiceName, HostCounts>> counting, LongSupplier nanoTime) {
        this.directory = directory;
        this.counting = counting;
        this.nanoTime = nanoTime;
    }

    /**
     * Returns whether a host needs room. One that is listed has its own, and so has one whose lease has ended: a host that
     * could not report for a while comes back.
     *
     * @param known its registration, null if there is none
     */
    public static boolean isNeeded(@Nullable Registration known) {
        return known == null || known.isTombstone();
    }

    /** Takes the room for a new host of one of the services; returns the refusal if there is none. */
    public synchronized @Nullable RegistryException take(InstanceKey host, HostLimit most) {
        countIfDue();
        if (taken.contains(host)) {
            return null;
        }
        if (counted.remove(host)) {
            // It has its room, and sends again.
            taken.add(host);
            return null;
        }
        if (most.hosts() > 0 && hosts >= most.hosts()) {
            return full(hosts + " hosts", most.hosts(), most, most.ofHosts());
        }
        if (most.services() > 0 && services >= most.services() && isNew(host.service())) {
            return full(services + " services", most.services(), most, most.ofServices());
        }
        taken.add(host);
        add(host);
        return null;
    }

    private boolean isNew(ServiceName service) {
        return !added.contains(service) && directory.service(service).listings().isEmpty();
    }

    private void add(InstanceKey host) {
        hosts++;
        if (isNew(host.service())) {
            services++;
            added.add(host.service());
        }
    }

    private static RegistryException full(String given, int expected, HostLimit most, String setting) {
        String among = most.among().isEmpty() ? "" : " " + most.among();
        return new RegistryException.Full(given + among, "less than " + expected + " (" + setting + ")");
    }

    private void countIfDue() {
        long now = nanoTime.getAsLong();
        if (countedAt == null || now - countedAt >= COUNTED_FOR) {
            countedAt = now;
            hosts = 0;
            services = 0;
            added.clear();
            counting.accept((service, counts) -> {
                hosts += counts.listed();
                services++;
            });
            // Once more, since their registration may be under way; not for ever, since it may have failed.
            counted.clear();
            taken.stream().filter(host -> directory.find(host) == null).forEach(counted::add);
            counted.forEach(this::add);
            taken.clear();
        }
    }
}
