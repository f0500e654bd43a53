package io.discovery.member;

import com.sun.management.UnixOperatingSystemMXBean;
import io.discovery.connections.ClientTls;
import io.discovery.connections.CloseReason;
import io.discovery.connections.Connections;
import io.discovery.memory.HeapReserve;
import io.discovery.telemetry.Meters;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many HTTP clients may be connected: as many as the settings say, if the system lets the process open that many
 * files.
 */
final class ConnectionLimit {

    private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);
    /** Files for jars, the backend, peers, and connections that are above the limit for a moment. */
    private static final long OTHER_FILES = 500;
    /** Answers that clients do not read may hold this share of the heap. */
    private static final long UNREAD_SHARE = 4;
    /** Requests that wait for something to happen may hold this share. */
    private static final long WAITING_SHARE = 4;

    /** Connections with TLS may hold this share. */
    private static final long ENCRYPTED_SHARE = 4;

    /** Bytes of heap that an idle connection with TLS takes, measured: 19.5 kB. */
    private static final long ENCRYPTED_COST = 20_000;

    private ConnectionLimit() {}

    static Connections connections(int wanted, Meters meters, HeapReserve heap, @Nullable ClientTls tls) {
        int most = effective(wanted, mostFiles());
        Connections connections = new Connections(
                tls == null ? most : encrypted(most, share(ENCRYPTED_SHARE)),
                share(UNREAD_SHARE),
                share(WAITING_SHARE),
                heap,
                tls);
        meters.gauge("discovery.connections", connections::open);
        meters.gauge("discovery.connections.limit", connections::most);
        meters.gauge("discovery.connections.unread.bytes", connections::unreadBytes);
        meters.gauge("discovery.connections.heads.bytes", connections::headBytes);
        meters.counter("discovery.connections.streams.reset", connections::streamsReset);
        meters.gauge("discovery.connections.streams.open", connections::openStreams);
        meters.gauge("discovery.waiting.requests", connections::waitingRequests);
        meters.gauge("discovery.waiting.bytes", connections::waitingBytes);
        meters.gauge("discovery.waiting.connections", connections::waitingConnections);
        meters.gauge("discovery.waiting.connections.limit", connections::mostWaitingConnections);
        meters.counter("discovery.waiting.refused", connections::refusedWaiting);
        for (CloseReason reason : CloseReason.values()) {
            meters.counter("discovery.connections.ended", "reason", reason.text(), () -> connections.ended(reason));
        }
        return connections;
    }

    /** Returns the part of {@code wanted} whose TLS takes no more than these bytes; logs it if it is less. */
    static int encrypted(int wanted, long bytes) {
        int possible = (int) Math.max(1, Math.min(wanted, bytes / ENCRYPTED_COST));
        if (possible < wanted) {
            log.info(
                    "with TLS a connection takes some {} kB: the member takes at most {} connections, by a quarter of the"
                            + " heap. For more, give Java a larger heap",
                    ENCRYPTED_COST / 1_000,
                    possible);
        }
        return possible;
    }

    private static long share(long part) {
        return Runtime.getRuntime().maxMemory() / part;
    }

    private static long mostFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    /**
     * Returns the part of {@code wanted} that is possible when the process may open so many files; logs it if it is
     * less.
     */
    static int effective(int wanted, long files) {
        long possible = Math.max(1, files - Math.min(OTHER_FILES, files / 2));
        if (wanted <= possible) {
            return wanted;
        }
        log.warn(
                "MAX_CONNECTIONS is {}, but the process may open only {} files: it takes at most {} connections. Raise the"
                        + " limit of open files to {} (ulimit -n, LimitNOFILE of systemd, ulimits of a container) or lower"
                        + " MAX_CONNECTIONS",
                wanted,
                files,
                possible,
                wanted + OTHER_FILES);
        return (int) possible;
    }
}
