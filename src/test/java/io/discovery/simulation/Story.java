package io.discovery.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A history as text: a line for each thing that happened, with its time. */
final class Story {

    private record Line(long micros, String event) {
        String text() {
            return String.format(Locale.ROOT, "%7.3f s  %s", (double) micros / Timeline.SECOND, event);
        }
    }

    private final Timeline timeline;
    private final List<Line> lines = new ArrayList<>();

    Story(Timeline timeline) {
        this.timeline = timeline;
    }

    void tell(String event) {
        lines.add(new Line(timeline.now(), event));
    }

    List<String> lines() {
        return lines.stream().map(Line::text).toList();
    }
}
