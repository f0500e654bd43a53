package io.discovery.member;

import io.discovery.cluster.ClusterClock;
import io.discovery.cluster.HazelcastCluster;
import io.discovery.cluster.port.MemberPort;
import io.discovery.cluster.tls.MemberTls;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.memory.HeapReserve;
import io.discovery.telemetry.Meters;

/** The gauges of a member as a whole. */
final class MemberMeters {

    private MemberMeters() {}

    static void register(
            Meters meters, Directory directory, HazelcastCluster cluster, Readiness readiness, ClusterClock clock) {
        meters.gauge("discovery.registrations", directory::size);
        meters.gauge("discovery.registrations.bytes", directory::heapBytes);
        meters.gauge("discovery.hosts", directory::hosts);
        meters.gauge("discovery.services", directory::services);
        meters.gauge("discovery.members", () -> cluster.members().size());
        meters.gauge("discovery.ready", () -> readiness.whyDrained(true) == null ? 1 : 0);
        meters.gauge("discovery.writable", () -> readiness.whyDrained(false) == null ? 1 : 0);
        meters.gauge("discovery.clock.offset.microseconds", clock::wallOffsetMicros);
        meters.counter("discovery.clock.steps", clock::steps);
    }

    static void register(Meters meters, HeapReserve heap) {
        meters.gauge("discovery.heap.used.percent", heap::usedPercent);
        meters.gauge("discovery.heap.scarce", () -> heap.isScarce() ? 1 : 0);
        meters.counter("discovery.heap.shortages", heap::shortages);
    }

    static void register(Meters meters, MemberPort port) {
        meters.gauge("discovery.members.strangers", port::strangers);
        meters.counter("discovery.members.refused", port::refused);
        meters.gauge("discovery.members.packet.bytes.max", port::largestPacket);
        meters.gauge("discovery.members.packets.unfinished.bytes", port::unfinishedBytes);
        MemberTls tls = port.tls();
        if (tls != null) {
            if (tls.secondsLeft().isPresent()) {
                meters.gauge(
                        "discovery.members.tls.seconds.left",
                        () -> tls.secondsLeft().orElse(0));
            }
            meters.gauge("discovery.members.tls.files.broken", () -> tls.isBroken() ? 1 : 0);
        }
    }
}
