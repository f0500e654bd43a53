package io.discovery.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.EventStream;
import io.discovery.testing.EventStream.Event;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A client that reads late gets what is then, not all that has been; what waits for it is counted. */
class SlowWatcherTest {

    private static final int HOSTS = 25;
    private static final int CHANGES = 60;
    /** A tag with which a list of all hosts has more than 300 kB. */
    private static final String LARGE = "x".repeat(13_000);

    private static final String HOST =
            "{\"service\": \"%s\", \"ip\": \"127.0.0.%d\", \"port\": 80, \"revision\": \"r\","
                    + " \"tags\": {\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"i\", \"large\": \"%s\"}}";

    private static final Pattern SERVICE = Pattern.compile("\\{\"service\": \"([^\"]*)\"");

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of());

    private static final TestClient CLIENT = MEMBER.client();

    @Test
    void aServiceThatChangedManyTimesIsToldAsItIsNow() {
        fill("slow");
        try (EventStream stream = EventStream.open(MEMBER.port(), "/v1/watch/slow")) {
            for (int i = 1; i <= CHANGES; i++) {
                CLIENT.register("slow", Map.of("ip", "127.0.0.1", "revision", "r" + i));
            }
            int list = CLIENT.get("/v1/registration/slow").body().length();
            // The list itself, which answers share, and not only what the socket has of it.
            await().until(() -> CLIENT.metric("discovery_connections_unread_bytes") > list);

            int events = 0;
            Event event;
            do {
                event = stream.next();
                events++;
            } while (!event.data().contains("\"revision\": \"r" + CHANGES + "\""));

            assertThat(events).isLessThan(CHANGES / 2);
            assertThat(event.data())
                    .isEqualTo(CLIENT.get("/v1/registration/slow").body().stripTrailing());
        }
        await().until(() -> CLIENT.metric("discovery_connections_unread_bytes") == 0);
    }

    /**
     * It stops in the middle of all there is, while services change, go and come, those it has had and those it has
     * not.
     */
    @Test
    void whoWatchesAllEndsWithWhatIsListed() {
        for (int i = 10; i < 30; i++) {
            fill("all-" + i);
        }
        try (EventStream stream = EventStream.open(MEMBER.port(), "/v1/watch")) {
            Map<String, String> seen = new HashMap<>();
            note(stream.next(), seen);
            for (int i = 1; i <= CHANGES; i++) {
                CLIENT.register("all-10", Map.of("ip", "127.0.0.1", "revision", "r" + i));
                CLIENT.register("all-29", Map.of("ip", "127.0.0.1", "revision", "r" + i));
            }
            for (int host = 1; host <= HOSTS; host++) {
                CLIENT.delete("/v1/registration/all-11/127.0.0." + host);
                CLIENT.delete("/v1/registration/all-28/127.0.0." + host);
            }
            CLIENT.register("all-00", "127.0.0.1");
            CLIENT.register("all-99", "127.0.0.1");

            String id = idOfAll();
            for (Event event = stream.next(); !event.id().equals(id); event = stream.next()) {
                note(event, seen);
                assertThat(event.type()).isIn("service", "removed");
            }

            assertThat(seen).doesNotContainKeys("all-11", "all-28").containsKeys("all-00", "all-10", "all-99");
            seen.forEach((service, data) -> assertThat(
                            CLIENT.get("/v1/registration/" + service).body())
                    .as(service)
                    .isEqualTo(data + "\n"));
        }
    }

    private static void note(Event event, Map<String, String> seen) {
        var service = SERVICE.matcher(event.data());
        assertThat(service.lookingAt()).isTrue();
        if (event.type().equals("removed")) {
            seen.remove(service.group(1));
        } else {
            seen.put(service.group(1), event.data());
        }
    }

    private static String idOfAll() {
        try (EventStream stream = EventStream.open(MEMBER.port(), "/v1/watch")) {
            Event event = stream.next();
            while (event.id().equals(SseEvents.INCOMPLETE)) {
                event = stream.next();
            }
            return event.id();
        }
    }

    private static void fill(String service) {
        String hosts = IntStream.rangeClosed(1, HOSTS)
                .mapToObj(host -> HOST.formatted(service, host, LARGE))
                .collect(Collectors.joining(", ", "[", "]"));
        assertThat(CLIENT.post("/v1/registrations", "application/json", hosts).statusCode())
                .isEqualTo(200);
    }
}
