package io.discovery.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.ScriptedMember;
import io.discovery.testing.ScriptedMember.Reply;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watches and lists of changes when streams end, members refuse, or one has no history. */
@Timeout(60)
class ChangesTest {

    private final ScriptedCommands commands = new ScriptedCommands();

    @Test
    void aWatchOutlivesARefusalThatPasses() {
        Reply stream = stream("1");
        try (ScriptedMember server = ScriptedMember.inOrder(
                stream, Reply.refusal(429, "too many requests"), Reply.refusal(500, "a fault"), stream("2"))) {
            assertThat(commands.run(server, "watch")).isEqualTo(1);
        }

        assertThat(commands.output()).containsSubsequence("2026-11-27T15:00:01", "2026-11-27T15:00:02");
        assertThat(commands.errors()).contains("refuses (no answer is left)").doesNotContain("too many requests");
    }

    private static Reply stream(String n) {
        return new Reply(
                200,
                Map.of("Content-Type", "text/event-stream"),
                "id: " + n + "\nevent: change\ndata: {\"id\": \"" + n + "\", \"time\": \"2026-11-27T15:00:0" + n
                        + ".000000Z\", \"kind\": \"registered\", \"service\": \"payments\"}\n\n");
    }

    private static String change(String id, String time) {
        return "{\"id\": \"" + id + "\", \"time\": \"2026-11-27T" + time
                + ".000000Z\", \"change\": \"expired\", \"service\": \"payments\", \"ip_address\":"
                + " \"10.0.0.1\", \"port\": 80}";
    }

    private static String event(String id, String time) {
        return "id: " + id + "\nevent: change\ndata: " + change(id, time) + "\n\n";
    }

    private static Reply events(String... events) {
        return new Reply(
                200,
                Map.of("Content-Type", "text/event-stream"),
                "id: 0-0\nevent: begin\ndata: {\"time\": \"2026-11-27T15:00:00.000000Z\"}\n\n"
                        + String.join("", events));
    }

    private static Reply list(String... changes) {
        return new Reply(200, Map.of(), "{\"more\": false, \"changes\": [" + String.join(", ", changes) + "]}");
    }

    @Test
    void aWatchThatGoesOnShowsEachChangeOnceWheneverItWasMade() {
        try (ScriptedMember server = ScriptedMember.inOrder(
                events(event("first", "15:00:01")),
                list(change("before", "14:59:59")),
                events(
                        event("before", "14:59:59"),
                        event("late", "14:00:00"),
                        event("first", "15:00:01"),
                        "event: gap\ndata: {}\n\n",
                        event("last", "15:00:02")))) {
            assertThat(commands.run(server, "watch", "-o", "jsonl")).isEqualTo(1);
        }

        assertThat(commands.output().lines().map(line -> line.replaceAll(".*\"id\": \"([a-z]+)\".*", "$1")))
                .containsExactly("first", "late", "last");
        assertThat(commands.errors()).contains("changes may be missing here: ask discovery changes");
    }

    @Test
    void aPortShowsItsChangesAlone() {
        String other = event("other", "15:00:01").replace("\"port\": 80", "\"port\": 81");
        String moved = other.replace("other", "moved")
                .replace("81}", "81, \"fields\": [{\"name\": \"port\", \"old\": 80, \"new\": 81}]}");
        try (ScriptedMember server =
                ScriptedMember.inOrder(events(other, moved, event("wanted", "15:00:02")), list())) {
            assertThat(commands.run(server, "watch", "--ip", "10.0.0.1:80", "-o", "jsonl"))
                    .isEqualTo(1);
        }
        assertThat(commands.output()).contains("moved", "wanted").doesNotContain("other");

        commands.out.reset();
        try (ScriptedMember server = ScriptedMember.inOrder(
                new Reply(
                        200,
                        Map.of(),
                        "{\"more\": true, \"changes\": ["
                                + change("a", "15:00:02").replace("80", "81") + ", " + change("b", "15:00:01") + "]}"),
                list(change("c", "15:00:00")))) {
            assertThat(commands.run(server, "changes", "--ip", "10.0.0.1:80", "-o", "jsonl"))
                    .isZero();
        }
        assertThat(commands.output()).contains("\"b\"", "\"c\"").doesNotContain("\"a\"");
    }

    @Test
    void aMemberWithoutAHistorySendsToTheNext() {
        Reply none = Reply.refusal(404, "this member records no changes: HISTORY_CHANGES is 0");
        Queue<Reply> second = new ConcurrentLinkedQueue<>(
                List.of(events(event("wanted", "15:00:01")), list(), Reply.refusal(403, "the end")));
        try (ScriptedMember server = ScriptedMember.answering(
                exchange -> ScriptedCommands.isSecond(exchange) ? requireNonNull(second.poll()) : none)) {
            assertThat(commands.run(server, "watch")).isEqualTo(1);
        }
        assertThat(commands.output()).contains("15:00:01");
        assertThat(commands.errors()).contains("the end").doesNotContain("HISTORY_CHANGES");

        commands.out.reset();
        try (ScriptedMember server = ScriptedMember.answering(
                exchange -> ScriptedCommands.isSecond(exchange) ? list(change("a", "15:00:02")) : none)) {
            assertThat(commands.run(server, "changes")).isZero();
        }
        assertThat(commands.output()).contains("15:00:02");

        try (ScriptedMember server = ScriptedMember.answering(exchange -> none)) {
            assertThat(commands.run(server, "changes")).isEqualTo(1);
            assertThat(commands.run(server, "watch")).isEqualTo(1);
        }
        assertThat(commands.errors().lines().filter(line -> line.contains("HISTORY_CHANGES is 0")))
                .hasSize(2);
    }
}
