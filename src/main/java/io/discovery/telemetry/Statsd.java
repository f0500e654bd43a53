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
 * The seed's statsd counters, names as the seed has them, sent once a second: what was counted meanwhile, a line each, as
 * many lines as fit in a datagram. What cannot be sent is counted and forgotten; nothing waits for it. Safe for all threads.
 */
public final class Statsd {

    /** How often to {@link #flush}. */
    public static final Duration PERIOD = Duration.ofSeconds(1);
    /** Fits any network's packets. */
    private static final int LONGEST_DATAGRAM = 1_400;
    /** Characters of a service in a name: with them a line fits a datagram, in any language. */
    private static final int LONGEST_SERVICE = 400;
    /** Names that are counted at a time, some 10 MB of them at most; of more, the counts are lost. */
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
        // Whole: a count that comes while it is sent is in this datagram or in the next.
        String name = before + plain(service.text()) + after;
        if (counts.containsKey(name) || counts.size() < MOST_NAMES) {
            counts.merge(name, 1L, Long::sum);
        } else {
            failed.increment();
        }
    }

    /** The text without what statsd's lines are made of, by which it would be another counter, or more than one. */
    private static String plain(String service) {
        StringBuilder plain = new StringBuilder(service.length());
        for (int i = 0; i < Math.min(service.length(), LONGEST_SERVICE); i++) {
            char c = service.charAt(i);
            plain.append(c == ':' || c == '|' || c == '@' || Character.isISOControl(c) ? '_' : c);
        }
        return plain.toString();
    }

    /** Sends what was counted since the last time. Blocks while the host's name is looked up. */
    public void flush() {
        List<byte[]> datagrams = datagrams();
        if (datagrams.isEmpty()) {
            return;
        }
        int sent = 0;
        // Connected, so that nobody but statsd can send to this port.
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
        } catch (PortUnreachableException nobodyListens) {
            // Told of an earlier datagram. The seed does not notice, and this one may find somebody.
            channel.write(ByteBuffer.wrap(datagram));
        }
    }

    private List<byte[]> datagrams() {
        List<byte[]> datagrams = new ArrayList<>();
        ByteArrayOutputStream datagram = new ByteArrayOutputStream(LONGEST_DATAGRAM);
        for (String name : List.copyOf(counts.keySet())) {
            Long count = counts.remove(name);
            if (count == null) {
                // Sent by another, at the end of the member.
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
