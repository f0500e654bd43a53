package io.discovery.cli.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventParserTest {

    @Test
    void linesAreEvents() {
        List<ServerEvent> events = new ArrayList<>();
        EventSource.EventParser parser = new EventSource.EventParser(events::add);

        "retry: 1000\n\n:\n\nevent: begin\ndata: {}\n\nid: 7\nevent:change\ndata: {\"a\":\ndata: 1}\n\nevent: gap\n\n"
                .lines()
                .forEach(parser::line);

        assertThat(events)
                .containsExactly(
                        new ServerEvent("", "begin", "{}"),
                        new ServerEvent("7", "change", "{\"a\":\n1}"),
                        new ServerEvent("7", "gap", ""));
    }
}
