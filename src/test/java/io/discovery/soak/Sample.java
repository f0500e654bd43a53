package io.discovery.soak;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.MemberUsage;
import io.discovery.testing.TestClient;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A member at one moment.
 *
 * @param seconds since the start
 * @param member its number
 * @param heap bytes after a collection, if there was one
 * @param streams of watchers and xDS, and polls that wait
 */
record Sample(
        double seconds,
        int member,
        OptionalLong heap,
        MemberUsage usage,
        long registrations,
        long hosts,
        long streams) {

    private static final double MEGABYTE = 1 << 20;

    static final String HEADER = "seconds,member,heap_bytes,resident_bytes,threads,files,registrations,hosts,streams";

    /** @param collects whether to have it collect its garbage first */
    static Sample of(double seconds, int number, MemberProcess member, boolean collects) {
        OptionalLong heap = collects ? OptionalLong.of(MemberUsage.liveHeap(member)) : OptionalLong.empty();
        TestClient client = member.client();
        double streams = client.metric("discovery_watchers")
                + client.metric("discovery_polls_waiting")
                + client.metric("discovery_xds_streams");
        return new Sample(
                seconds,
                number,
                heap,
                MemberUsage.of(member),
                (long) client.metric("discovery_registrations"),
                (long) client.metric("discovery_hosts"),
                (long) streams);
    }

    /** Returns the heap after a collection, in megabytes; fails if there was none. */
    double heapMegabytes() {
        return heap.orElseThrow() / MEGABYTE;
    }

    double residentMegabytes() {
        return usage.residentBytes() / MEGABYTE;
    }

    /** Returns a line of the table that {@link #HEADER} opens. */
    String row() {
        return String.format(
                Locale.ROOT,
                "%.0f,%d,%s,%d,%d,%d,%d,%d,%d",
                seconds,
                member,
                heap.isPresent() ? Long.toString(heap.getAsLong()) : "",
                usage.residentBytes(),
                usage.threads(),
                usage.files(),
                registrations,
                hosts,
                streams);
    }
}
