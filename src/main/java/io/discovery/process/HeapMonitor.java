package io.discovery.process;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.discovery.memory.HeapReserve;
import io.discovery.memory.HeapReserve.Reach;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A monitor that reports to a {@link HeapReserve} what each collection leaves, as Java's beans tell it, and logs when
 * the heap becomes scarce and when the shortage ends. On a Java without such beans the heap is never scarce.
 *
 * <p>A scarce heap stays scarce until the next collection, and refused clients allocate next to nothing. So if no
 * collection starts by itself, the monitor allocates garbage to cause one: a young collection is as short as any other,
 * where {@code System.gc()} would stop the member for seconds if the heap is large. G1 begins to mark old objects at
 * the first such collection, and frees them with the next few.
 */
public final class HeapMonitor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HeapMonitor.class);

    /** Maximum time without a collection while the heap is scarce. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration GOING = Duration.ofSeconds(5);

    /** Bytes of one array: below G1's humongous objects, whatever the size of the heap. */
    private static final int GARBAGE = 64 * 1024;
    /**
     * Divisor of the heap for garbage at a time: young objects have more than that of the heap, or are collected
     * sooner.
     */
    private static final long GARBAGE_SHARE = 8;

    private static final String FULL = "end of major GC";
    private static final String CYCLE = "end of GC cycle";
    private static final String YOUNG = "end of minor GC";
    private static final String YOUNG_CYCLES = "ZGC Minor Cycles";
    /** The collector that marks old objects while the program runs. */
    private static final String G1 = "G1 Young Generation";

    private final HeapReserve reserve;
    private final Set<String> pools;
    private final List<GarbageCollectorMXBean> collectors;
    private final NotificationListener listener = (notification, none) -> hear(notification);
    private final @Nullable PeriodicTask loop;
    private boolean isShort;
    private long reported;
    private long lastCount;
    /** Written, so that the compiler does not remove the allocation. */
    @SuppressWarnings("unused")
    private volatile byte @Nullable [] garbage;

    private HeapMonitor(HeapReserve reserve, List<GarbageCollectorMXBean> collectors) {
        this.reserve = reserve;
        this.collectors = collectors;
        this.pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getName)
                .collect(Collectors.toUnmodifiableSet());
        this.loop = collectors.isEmpty() ? null : new PeriodicTask("discovery-heap-reserve", PATIENCE, this::look);
        for (GarbageCollectorMXBean collector : collectors) {
            ((NotificationEmitter) collector).addNotificationListener(listener, null, null);
        }
    }

    /** Starts to report to {@code reserve}, on a thread of Java's; longer work runs on the monitor's own thread. */
    public static HeapMonitor begin(HeapReserve reserve) {
        List<GarbageCollectorMXBean> telling = telling();
        if (telling.isEmpty()) {
            log.warn("this Java does not report heap use after collections: no client is refused for lack of heap");
        }
        return new HeapMonitor(reserve, telling);
    }

    private static List<GarbageCollectorMXBean> telling() {
        try {
            log.trace("collections are told by {}", GarbageCollectionNotificationInfo.class);
            List<GarbageCollectorMXBean> telling = new ArrayList<>(ManagementFactory.getGarbageCollectorMXBeans());
            telling.removeIf(collector -> !(collector instanceof NotificationEmitter));
            return telling;
        } catch (LinkageError without) {
            return List.of();
        }
    }

    private void hear(Notification notification) {
        try {
            if (notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
                hear(GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData()));
            }
        } catch (RuntimeException | Error failed) {
            // Java would lose the failure, with the thread or without.
            FatalErrorHandler.endIfFatal(failed);
            log.error("failed to read what a collection has left of the heap", failed);
        }
    }

    private void hear(GarbageCollectionNotificationInfo collection) {
        Reach reach = reach(collection.getGcName(), collection.getGcAction());
        if (reach == null) {
            return;
        }
        boolean before = reserve.isScarce();
        reserve.collected(used(collection.getGcInfo().getMemoryUsageAfterGc()), reach);
        if (loop != null && before != reserve.isScarce()) {
            loop.nudge();
        }
    }

    private long used(Map<String, MemoryUsage> all) {
        return all.entrySet().stream()
                .filter(pool -> pools.contains(pool.getKey()))
                .mapToLong(pool -> pool.getValue().getUsed())
                .sum();
    }

    /**
     * Returns what a collection covers, or null for a pause within a cycle, after which the young objects still count.
     */
    static @Nullable Reach reach(String collector, String action) {
        if (action.equals(FULL) || action.equals(CYCLE) && !collector.equals(YOUNG_CYCLES)) {
            return Reach.ALL;
        }
        if (collector.equals(G1)) {
            return Reach.SOME;
        }
        return action.equals(YOUNG) || action.equals(CYCLE) ? Reach.YOUNG : null;
    }

    /** Checks once, on its own thread; returns the pause until the next check. */
    private Duration look() {
        tellBegin();
        tellEnd();
        if (reserve.isScarce() && lastCount == collections()) {
            collect();
        }
        lastCount = collections();
        return reserve.isScarce() ? PATIENCE : GOING;
    }

    private void tellBegin() {
        if (reported < reserve.shortages()) {
            reported = reserve.shortages();
            isShort = true;
            log.warn(
                    "the heap is short: {}. New watchers, streams of xDS and hosts are refused, answers that nobody reads are"
                            + " ended, and bodies and answers on their way have less room, until the shortage ends; short reads"
                            + " and heartbeats go on. If this is no attack, it takes a larger heap (-Xmx)",
                    reserve);
            reserve.tellShortage();
        }
    }

    private void tellEnd() {
        if (isShort && !reserve.isScarce()) {
            log.warn("the shortage of heap has ended: {}", reserve);
            reserve.tellRelief();
            isShort = false;
        }
    }

    private long collections() {
        return collectors.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private void collect() {
        long before = collections();
        long left = Runtime.getRuntime().maxMemory() / GARBAGE_SHARE;
        while (left > 0 && before == collections()) {
            garbage = new byte[GARBAGE];
            left -= GARBAGE;
        }
        garbage = null;
    }

    @Override
    public void close() {
        if (loop != null) {
            loop.close();
        }
        for (GarbageCollectorMXBean collector : collectors) {
            try {
                ((NotificationEmitter) collector).removeNotificationListener(listener);
            } catch (ListenerNotFoundException never) {
                throw new IllegalStateException(never);
            }
        }
    }
}
