package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.RawHttp2;
import io.discovery.testing.TestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Attacks over HTTP/2 with all that a client can make a member keep. A member with -Xmx512m takes it until it refuses:
 * one connection after the other reads nothing, or never ends a request. Other clients are served meanwhile, and
 * nothing is left behind. scripts/check-abuse sends more.
 */
@Tag("long")
class AbuseIT {

    private static final boolean IS_LONG = Boolean.getBoolean("discovery.measure");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long HEAP = 512L << 20;
    private static final Pattern HEAP_USED =
            Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\",id=\"[^\"]*\"} (\\S+)$");
    /** The number of connections, more than there is memory for. */
    private static final int CONNECTIONS = IS_LONG ? 112 : 20;

    private static final int STREAMS = 1_000;
    private static final int LISTS = IS_LONG ? 600 : 180;
    private static final int HOSTS = 120;
    private static final int FLOOD = IS_LONG ? 1_000_000 : 100_000;
    private static final String LARGE =
            "{\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"" + "x".repeat(8_000) + "\"}";

    @AutoClose
    private static final AttackedMember MEMBER = AttackedMember.start();

    private static final TestClient CLIENT = MEMBER.client();

    private final List<RawHttp2> connections = new ArrayList<>();

    @BeforeAll
    static void register() {
        for (int i = 0; i < HOSTS; i++) {
            CLIENT.register("large", Map.of("ip", "127.0.1." + i, "tags", LARGE));
        }
    }

    @AfterEach
    void nothingIsLeftBehind() {
        connections.forEach(RawHttp2::close);
        served();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(CLIENT.metric("discovery_connections")).isLessThan(5);
            assertThat(CLIENT.metric("discovery_waiting_bytes")).isZero();
            assertThat(CLIENT.metric("discovery_connections_unread_bytes")).isZero();
            assertThat(CLIENT.metric("discovery_bodies_bytes")).isZero();
        });
    }

    /** Each request gets another list, since one host changes in between. */
    @Test
    void answersThatNobodyReads() {
        RawHttp2 http = connect(0);
        for (int i = 0; i < LISTS; i++) {
            http.get("/v1/registration/large");
            CLIENT.register("large", Map.of("ip", "127.0.1.1", "revision", "r" + i));
        }

        assertThat(CLIENT.metric("discovery_connections_streams_reset_total")).isPositive();
        assertThat(CLIENT.metric("discovery_connections_unread_bytes")).isLessThan(HEAP / 4.0);
        report("unread answers");
    }

    @Test
    void watchersWithoutEnd() {
        double refusedBefore = CLIENT.metric("discovery_waiting_refused_total");
        // The most of what is seen: an attacker that reads no refusals loses its connections, and their watchers with
        // them.
        double most = 0;
        for (int i = 0; i < CONNECTIONS; i++) {
            RawHttp2 http = connect(100_000);
            for (int stream = 0; stream < STREAMS; stream++) {
                http.get("/v1/watch/nobody-" + stream);
            }
            most = Math.max(most, CLIENT.metric("discovery_waiting_bytes"));
        }

        await().atMost(PATIENCE).until(() -> CLIENT.metric("discovery_waiting_refused_total") > refusedBefore + 1);
        assertThat(most).isBetween(HEAP / 5.0, HEAP / 4.0);
        report("watchers without end");
    }

    @Test
    void requestsThatNeverEnd() {
        for (int i = 0; i < CONNECTIONS; i++) {
            RawHttp2 http = connect(100_000);
            for (int stream = 0; stream < STREAMS; stream++) {
                http.post("/v1/registration/nobody");
            }
        }

        assertThat(CLIENT.metric("discovery_bodies_bytes")).isLessThan(HEAP / 16.0);
        report("requests that never end");
    }

    /** A member whose socket takes nothing does not acknowledge them at once. */
    @Test
    void pingsWhoseAnswersNobodyReads() {
        RawHttp2 http = RawHttp2.connect(MEMBER.door(), 0, false);
        connections.add(http);
        for (int i = 0; i < FLOOD && !http.isOver(); i++) {
            http.frame(RawHttp2.PING, 0, 0, new byte[8]);
        }

        served();
        report("pings");
    }

    @Test
    void settingsWithoutEnd() {
        RawHttp2 http = RawHttp2.connect(MEMBER.door(), 0, false);
        connections.add(http);
        for (int i = 0; i < FLOOD && !http.isOver(); i++) {
            http.frame(RawHttp2.SETTINGS, 0, 0);
        }

        served();
        report("settings");
    }

    @Test
    void streamsThatAreResetAtOnce() {
        RawHttp2 http = connect(0);
        for (int i = 0; i < FLOOD && !http.isOver(); i++) {
            http.frame(RawHttp2.RST_STREAM, 0, http.get("/v1/registration/large"), new byte[4]);
        }

        await().atMost(PATIENCE).until(() -> http.received(RawHttp2.GOAWAY) > 0 || http.isOver());
        report("streams that are reset at once");
    }

    @Test
    void aHeadWithoutEnd() {
        RawHttp2 http = connect(0);
        http.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, (byte) 0x82);
        for (int i = 0; i < FLOOD / 100 && !http.isOver(); i++) {
            http.frame(RawHttp2.CONTINUATION, 0, 1, new byte[1_024]);
        }

        await().atMost(PATIENCE).until(http::isOver);
        report("a head without end");
    }

    /** A large header goes into the table, and then a byte stands for it again and again. */
    @Test
    void aSmallHeadThatIsLargeOnceItIsRead() {
        RawHttp2 http = connect(100_000);
        // GET / of http, then x: 3,000 characters, which goes into the table (RFC 7541, 6.2.1), where it is the first
        // entry.
        byte[] begin = {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x40, 1, 'x', 127, (byte) 0xb9, 22};
        byte[] head = Arrays.copyOf(begin, begin.length + 3_000 + 12_000);
        Arrays.fill(head, begin.length, begin.length + 3_000, (byte) 'x');
        Arrays.fill(head, begin.length + 3_000, head.length, (byte) 0xbe);
        http.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS, 1, head);

        await().atMost(PATIENCE)
                .until(() -> http.isOver()
                        || http.received(RawHttp2.RST_STREAM) + http.received(RawHttp2.GOAWAY) > 0
                        || http.received(RawHttp2.HEADERS) > 0);
        assertThat(http.succeeded()).isZero();
        report("a small head that is large once it is read");
    }

    private static double heapAfterCollection() {
        MEMBER.process().jcmd("GC.run");
        return HEAP_USED
                .matcher(CLIENT.get("/metrics").body())
                .results()
                .mapToDouble(pool -> Double.parseDouble(pool.group(1)))
                .sum();
    }

    private RawHttp2 connect(int window) {
        RawHttp2 http = RawHttp2.connect(MEMBER.door(), window);
        connections.add(http);
        return http;
    }

    private static void served() {
        assertThat(MEMBER.process().isAlive()).as(MEMBER.process().log()).isTrue();
        assertThat(CLIENT.get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(CLIENT.hosts("large")).hasSize(HOSTS);
        // A member that had no processor for long refuses a change, and says to send it again.
        await().atMost(PATIENCE).ignoreException(AssertionError.class).until(() -> {
            CLIENT.register("others", "127.0.0.1");
            return true;
        });
    }

    private static void report(String attack) {
        System.out.printf(
                "abuse, %s: %.0f MB of heap used; %.0f MB waiting, %.0f MB unread, %.0f MB of bodies; %.0f refused,"
                        + " %.0f streams reset%n",
                attack,
                heapAfterCollection() / 1e6,
                CLIENT.metric("discovery_waiting_bytes") / 1e6,
                CLIENT.metric("discovery_connections_unread_bytes") / 1e6,
                CLIENT.metric("discovery_bodies_bytes") / 1e6,
                CLIENT.metric("discovery_waiting_refused_total"),
                CLIENT.metric("discovery_connections_streams_reset_total"));
    }
}
