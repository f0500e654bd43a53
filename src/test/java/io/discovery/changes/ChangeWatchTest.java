package io.discovery.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.EventStream;
import io.discovery.testing.EventStream.Event;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Streams of changes, at a member that keeps few. */
class ChangeWatchTest {

    private static final String ALL = "/v1/changes?watch";
    /** A tag with which few changes are more than a socket takes. */
    private static final String LARGE = "{\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"i\", \"n\": \"%s\"}";

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of("HISTORY_CHANGES", "200"));

    private static final TestClient CLIENT = MEMBER.client();

    @Test
    void aWatcherHearsWhatChangesFromNowOn() {
        CLIENT.register("early", "127.0.0.1");
        try (EventStream stream = EventStream.open(MEMBER.port(), ALL + "&service=late")) {
            assertThat(stream.head().status()).contains("200");
            Event begin = stream.next();
            assertThat(begin.type()).isEqualTo("begin");
            assertThat(begin.data()).contains("\"known_since\": \"20", "\"time\": \"20");
            CLIENT.register("early", "127.0.0.2");
            CLIENT.register("late", "127.0.0.1");
            CLIENT.delete("/v1/registration/late/127.0.0.1");

            Event registered = stream.next();
            assertThat(registered.type()).isEqualTo("change");
            assertThat(registered.data()).contains("\"service\": \"late\"", "\"change\": \"registered\"");
            assertThat(registered.data()).contains("\"id\": \"" + registered.id() + "\"");
            assertThat(stream.next().data()).contains("\"change\": \"deregistered\"");
            await().until(() -> CLIENT.metric("discovery_history_watchers") == 1);
        }
        await().until(() -> CLIENT.metric("discovery_history_watchers") == 0);
    }

    @Test
    void aWatcherGoesOnBehindAnId() {
        String path = ALL + "&service=resumed";
        String id;
        try (EventStream stream = EventStream.open(MEMBER.port(), path)) {
            stream.next();
            CLIENT.register("resumed", "127.0.0.1");
            id = stream.next().id();
        }
        CLIENT.register("resumed", "127.0.0.2");
        try (EventStream again = EventStream.open(MEMBER.port(), path, id)) {
            Event begin = again.next();
            assertThat(begin.type()).isEqualTo("begin");
            assertThat(begin.id()).isEqualTo(id);
            // The last one may come again.
            assertThat(nextChange(again).id()).isEqualTo(id);
            assertThat(nextChange(again).data()).contains("127.0.0.2");
        }
        try (EventStream since = EventStream.open(MEMBER.port(), path + "&since=" + id)) {
            assertThat(nextChange(since).data()).contains("127.0.0.2");
        }
    }

    @Test
    void aWatcherHearsThatTheMemberDoesNotKnowAll() {
        for (String has : new String[] {"1-0000000000000000", "incomplete", "9000000000000000-0000000000000000"}) {
            try (EventStream stream = EventStream.open(MEMBER.port(), ALL, has)) {
                assertThat(stream.next().type()).isEqualTo("begin");
                Event gap = stream.next();
                assertThat(gap.type()).as(has).isEqualTo("gap");
                assertThat(gap.data()).contains("\"known_since\": \"20");
            }
        }
    }

    /** Returns the next change; a member that has just started says before that it may lack some. */
    private static Event nextChange(EventStream stream) {
        Event event = stream.next();
        while (!event.type().equals("change")) {
            event = stream.next();
        }
        return event;
    }

    /** The member keeps its position, and no changes for it. */
    @Test
    void aWatcherThatReadsTooLateHearsOfAGap() {
        try (EventStream stream = EventStream.open(MEMBER.port(), ALL + "&service=slow")) {
            assertThat(stream.next().type()).isEqualTo("begin");
            String padding = "x".repeat(12_000);
            for (int i = 0; i < 1_000; i++) {
                CLIENT.register("slow", Map.of("ip", "127.0.0.1", "tags", LARGE.formatted(i + padding)));
            }
            Event event = stream.next();
            while (!event.type().equals("gap")) {
                event = stream.next();
            }
            while (!event.data().contains("999" + padding)) {
                event = stream.next();
            }
        }
    }
}
