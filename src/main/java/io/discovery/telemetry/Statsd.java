package io.discovery.telemetry;

import io.discovery.config.Settings;
import io.discovery.model.ServiceName;
import io.micrometer.core.instrument.Counter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The seed's statsd counters under the seed's names. Once a second they send the counts since the last time, a line
 * each, as many lines as fit in a datagram. Counts that cannot be sent are lost, and a metric tells how many; nothing
 * waits for statsd. Thread-safe.
 */
public final class Statsd {

    /** Interval of calls of {@link #flush}. */
    public static final Duration PERIOD = Duration.ofSeconds(1);
    /** Maximum bytes of a datagram: fits any network's packets. */
    private static final int LONGEST_DATAGRAM = 1_400;
    /** Maximum characters of a service in a name: with them a line fits a datagram, in any language. */
    private static final int LONGEST_SERVICE = 400;
    /** Maximum number of names between two flushes, some 10 MB of them; counts of further names are lost. */
    static final int MOST_NAMES = 10_000;

    private final Settings.Statsd settings;
    private final Counter failed;
    private final Map<String, Long> counts = new ConcurrentHashMap<>();

    public Statsd(Settings.Statsd settings, Meters meters) {
        this.settings = settings;
        this.failed = meters.counter("discovery.statsd.failures");
        meters.gauge("discovery.statsd.names", counts::size);
    }

    public void registered(ServiceName service) {
        count("registration.", service, ".success");
    }

    public void registrationRefused(ServiceName service) {
        count("registration.", service, ".failure");
    }

    public void expired(ServiceName service) {
        count("service.host.sweep.", service, "");
    }

    private void count(String before, ServiceName service, String after) {
        if (settings.port() == 0) {
            return;
        }
        // Atomic: a count that arrives during a flush is in its datagram or in the next.
        String name = before + plain(service.text()) + after;
        if (counts.containsKey(name) || counts.size() < MOST_NAMES) {
            counts.merge(name, 1L, Long::sum);
        } else {
            failed.increment();
        }
    }

    /** Replaces statsd's delimiters, which would turn the name into another counter, or more than one. */
    private static String plain(String service) {
        StringBuilder plain = new StringBuilder(service.length());
        for (int i = 0; i < Math.min(service.length(), LONGEST_SERVICE); i++) {
            char c = service.charAt(i);
            plain.append(c == ':' || c == '|' || c == '@' || Character.isISOControl(c) ? '_' : c);
        }
        return plain.toString();
    }

    /** Sends the counts since the last call. Blocks while the host's name is resolved. */
    public void flush() {
        List<byte[]> datagrams = datagrams();
        if (datagrams.isEmpty()) {
            return;
        }
        int sent = 0;
        // Connected, so that only statsd can send to this port.
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress(settings.host(), settings.port()));
            for (byte[] datagram : datagrams) {
                write(channel, datagram);
                sent++;
            }
        } catch (IOException | UnresolvedAddressException failure) {
            failed.increment(datagrams.size() - sent);
        }
    }

    private static void write(DatagramChannel channel, byte[] datagram) throws IOException {
        try {
            channel.write(ByteBuffer.wrap(datagram));
        } catch (PortUnreachableException earlierOneWasRefused) {
            // The error is about an earlier datagram. The seed does not notice it, and statsd may be back for this one.
            channel.write(ByteBuffer.wrap(datagram));
        }
    }

    private List<byte[]> datagrams() {
        List<byte[]> datagrams = new ArrayList<>();
        ByteArrayOutputStream datagram = new ByteArrayOutputStream(LONGEST_DATAGRAM);
        for (String name : List.copyOf(counts.keySet())) {
            Long count = counts.remove(name);
            if (count == null) {
                // Another thread has sent it, at the end of the member.
                continue;
            }
            byte[] line = (name + ":" + count + "|c").getBytes(StandardCharsets.UTF_8);
            if (datagram.size() > 0 && datagram.size() + line.length >= LONGEST_DATAGRAM) {
                datagrams.add(datagram.toByteArray());
                datagram.reset();
            }
            if (datagram.size() > 0) {
                datagram.write('\n');
            }
            datagram.write(line, 0, line.length);
        }
        if (datagram.size() > 0) {
            datagrams.add(datagram.toByteArray());
        }
        return datagrams;
    }
}
