package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.ApiPath;
import io.discovery.cli.http.Call;
import io.discovery.cli.http.Members;
import io.discovery.cli.text.Cell;
import io.discovery.cli.text.Durations;
import io.discovery.cli.text.Failure;
import io.discovery.cli.text.Printable;
import io.discovery.cli.text.Rows;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The changes of the last hours. */
@Command(
        name = "changes",
        description = "Lists what has changed, the newest first: which fields, by whom, and which member took it.")
final class ChangesCommand implements Runnable {

    private static final String PATH = "/v1/changes";
    private static final Pattern ID = Pattern.compile("[0-9]{1,18}-[0-9a-f]{16}");
    private static final int MOST = 1_000;
    /** The status of a member without a history. */
    private static final int NO_HISTORY = 404;

    private final Context context;

    @Option(
            names = {"-s", "--service"},
            paramLabel = "SERVICE",
            description = "Of this service alone.")
    private @Nullable ServiceName service;

    @Option(
            names = "--ip",
            paramLabel = "ADDRESS[:PORT]",
            description = "Of hosts with this address alone; with a port, of that port alone.")
    private @Nullable HostAddress address;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Since then: how long ago (10m), a time (2026-11-27T15:00:00Z), or the id of a change.")
    private @Nullable String since;

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
        Ranges.require("--limit", limit, 1, MOST);
        ChangeFilter filter = new ChangeFilter(service, address);
        String path = filter.path(PATH);
        path = ApiPath.with(path, "since", since == null ? null : time(since, Instant.now()));
        path = ApiPath.with(path, "limit", Integer.toString(filter.isOfPort() ? MOST : limit));
        Members members = context.members();
        Rows rows = context.rows("TIME", "CHANGE", "SERVICE", "HOST", "BY", "FIELDS");
        Page page = new Page(rows, filter, limit);
        boolean isMore = page.read(members, path);
        while (isMore && page.left > 0) {
            isMore = page.read(members, ApiPath.with(path, "before", page.last));
        }
        rows.end();
        if (isMore || page.isOver) {
            context.note("there are more: raise --limit, or narrow by --service, --ip and --since");
        }
    }

    /** The rows so far. Members know no ports, and a page of theirs may have few changes of one. */
    private static final class Page {
        private final Rows rows;
        private final ChangeFilter filter;
        private int left;
        private boolean isOver;
        private String last = "";

        Page(Rows rows, ChangeFilter filter, int limit) {
            this.rows = rows;
            this.filter = filter;
            this.left = limit;
        }

        /** Returns whether the member knows more. */
        boolean read(Members members, String path) {
            try (Answer answer =
                    members.ask(Call.get(path).orElsewhereAt(NO_HISTORY)).require()) {
                return answer.elements("changes", change -> add(new Change(change)))
                        .is("more");
            }
        }

        private void add(Change change) {
            last = change.id();
            if (filter.includes(change) && left > 0) {
                left--;
                ChangesCommand.add(rows, change);
            } else if (filter.includes(change)) {
                isOver = true;
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

    /**
     * Returns a time, or the id of a change, as the API takes it; how long ago something was becomes a time.
     *
     * @throws Failure if it is none of these
     */
    static String time(String text, Instant now) {
        Optional<Duration> ago = Durations.parse(text);
        if (ago.isPresent()) {
            boolean isOld = ago.orElseThrow().compareTo(Duration.between(Instant.EPOCH, now)) >= 0;
            Instant then = isOld ? Instant.EPOCH : now.minus(ago.orElseThrow());
            return then.truncatedTo(ChronoUnit.MICROS).toString();
        }
        if (ID.matcher(text).matches() || isTime(text)) {
            return text;
        }
        throw Failure.usage("--since: given '" + Printable.of(text) + "', expected how long ago (30s, 10m, 2h, 1d), a"
                + " time (2026-11-27T15:00:00Z), or the id of a change");
    }

    private static boolean isTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeParseException noTime) {
            return false;
        }
    }
}
