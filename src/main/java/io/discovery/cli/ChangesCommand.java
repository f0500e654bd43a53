package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.ApiPath;
import io.discovery.cli.text.Cell;
import io.discovery.cli.text.Durations;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.Rows;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The changes of the last hours. */
@Command(
        name = "changes",
        description = "Lists what has changed, the newest first: which fields, by whom, and which member took it.")
final class ChangesCommand implements Runnable {

    private static final String PATH = "/v1/changes";

    private final Context context;

    @Option(
            names = {"-s", "--service"},
            paramLabel = "SERVICE",
            description = "Of this service alone.")
    private String service = "";

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "Of hosts with this address alone.")
    private String address = "";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Since then: how long ago (10m), a time (2026-11-27T15:00:00Z), or the id of a change.")
    private String since = "";

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "NUMBER",
            defaultValue = "100",
            description = "How many, 1 to 1000. Default: ${DEFAULT-VALUE}.")
    private int limit = 100;

    ChangesCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        String path = ApiPath.with(PATH, "service", service);
        path = ApiPath.with(path, "ip", address);
        path = ApiPath.with(path, "since", time(since, Instant.now()));
        path = ApiPath.with(path, "limit", Integer.toString(limit));
        try (Answer answer = context.members().get(path)) {
            Rows rows = context.rows("TIME", "CHANGE", "SERVICE", "HOST", "BY", "FIELDS");
            JsonObject rest = answer.elements("changes", change -> add(rows, new Change(change)));
            rows.end();
            if (rest.is("more")) {
                context.note("there are more: raise --limit, or narrow by --service, --ip and --since");
            }
        }
    }

    private static void add(Rows rows, Change change) {
        rows.add(
                change.object(),
                Cell.of(change.time()),
                new Cell(change.kind(), change.mood()),
                Cell.of(change.service()),
                Cell.of(change.host()),
                Cell.of(change.by()),
                Cell.of(change.fields()));
    }

    /** Returns a time as the API takes it; how long ago something was becomes a time. */
    static String time(String text, Instant now) {
        Optional<Duration> ago = Durations.parse(text);
        return ago.map(past -> now.minus(past).truncatedTo(ChronoUnit.MICROS).toString())
                .orElse(text);
    }
}
