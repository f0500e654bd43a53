package io.discovery.model;

import java.util.Comparator;

/**
 * Identity of an instance: service and IP address (the seed's rule, {@code INSTANCE_KEY=ip}), or service, IP address
 * and port ({@code INSTANCE_KEY=ip_port}).
 *
 * @param port 1 to 65535, or {@link #ANY_PORT} where the port is no part of the identity
 */
public record InstanceKey(ServiceName service, IpAddress address, int port) implements Comparable<InstanceKey> {

    public static final int ANY_PORT = 0;

    /** Order by address as text, as the seed's range key sorts, then by port, then by service. */
    private static final Comparator<InstanceKey> ORDER = Comparator.comparing(InstanceKey::address)
            .thenComparingInt(InstanceKey::port)
            .thenComparing(InstanceKey::service);

    public static InstanceKey of(ServiceName service, IpAddress address) {
        return new InstanceKey(service, address, ANY_PORT);
    }

    /** Returns the instance as a path names it: {@code 10.0.0.1}, {@code 10.0.0.1:8080} or {@code [::1]:8080}. */
    public String instance() {
        return port == ANY_PORT ? address.text() : address.inUrl() + ":" + port;
    }

    @Override
    public int compareTo(InstanceKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return service + "/" + instance();
    }
}
