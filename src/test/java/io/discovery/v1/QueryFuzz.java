package io.discovery.v1;

import static io.discovery.fuzz.FuzzTarget.require;
import static io.discovery.fuzz.FuzzTarget.requireEqual;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.discovery.config.Settings.InstanceKeyMode;
import io.discovery.directory.Directory;
import io.discovery.fuzz.FuzzTarget;
import io.discovery.http.RequestPreconditions;
import io.discovery.memory.CacheBudget;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.ServiceName;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The small texts of a request's head: the query of a read that waits, the headers of a conditional one, and the last
 * segment of a path. Each input stands for all of them.
 */
public final class QueryFuzz implements FuzzTarget {

    private static final ServiceName SERVICE = new ServiceName("payments");
    private static final String TAG = "W/\"0123456789abcdef\"";
    private static final InstancePath INSTANCES = new InstancePath(
            InstanceKeyMode.IP_PORT,
            new Directory(Lease.of(Duration.ofMinutes(1)), ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited()));

    @Override
    public List<byte[]> seeds() {
        return Stream.of(
                        "wait=30s&index=0123456789abcdef",
                        "index=%22&wait=999999999m",
                        "wait=%31ms&wait=x",
                        TAG + ", \"b\"",
                        "*",
                        "br;q=1.0, gzip;q=0.000",
                        "10.0.0.1:8080",
                        "[2001:db8::1]:65535",
                        "::ffff:10.0.0.1")
                .map(text -> text.getBytes(ISO_8859_1))
                .toList();
    }

    @Override
    public void read(byte[] input) {
        String text = new String(input, ISO_8859_1);
        SentChecks.orRefused(() -> query(text));
        headers(text.replaceAll("[\\x00-\\x1f\\x7f]", ""));
        for (InstanceKey key : INSTANCES.keys(SERVICE, text)) {
            requireEqual(INSTANCES.keys(SERVICE, key.instance()), List.of(key), "the instance of its own spelling");
        }
    }

    private static void query(String text) {
        LongPoll poll = LongPoll.of(text);
        if (poll != null) {
            require(LongPoll.isIn(text), () -> "a read that waits is not seen as one");
            Duration wait = poll.atMost();
            require(wait.compareTo(Duration.ZERO) > 0 && wait.compareTo(LongPoll.LONGEST) <= 0, () -> "waits " + wait);
        }
    }

    private static void headers(String text) {
        RequestPreconditions conditions = new RequestPreconditions(MultiMap.caseInsensitiveMultiMap()
                .set(HttpHeaders.IF_NONE_MATCH, text)
                .set(HttpHeaders.ACCEPT_ENCODING, text));
        require(
                !conditions.hasAlready(TAG) || text.strip().equals("*") || text.contains("\"0123456789abcdef\""),
                () -> "has");
        require(
                !conditions.gzip()
                        || text.replace(" ", "")
                                .toLowerCase(java.util.Locale.ROOT)
                                .contains("gzip"),
                () -> "gzip");
    }
}
