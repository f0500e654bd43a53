package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.ApiPath;
import io.discovery.cli.http.Call;
import io.discovery.cli.http.Endpoint;
import io.discovery.cli.http.EventSource;
import io.discovery.cli.http.Members;
import io.discovery.cli.http.ServerEvent;
import io.discovery.cli.text.Cell;
import io.discovery.cli.text.Failure;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.JsonText;
import io.discovery.cli.text.Output;
import io.discovery.cli.text.Rows.Format;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The changes from now on. */
@Command(
        name = "watch",
        description = "Prints a line for each change from now on, until Ctrl-C. Goes on at the next member when one is"
                + " gone. With -o json or jsonl a line is an object.")
final class WatchCommand implements Runnable, EventSource.Receiver {

    private static final String PATH = "/v1/changes";
    /** The status of a member without a history. */
    private static final int NO_HISTORY = 404;
    /** More than a member may send again after the stream has gone on at another: it remembers 20,000 changes. */
    private static final int REMEMBERED = 50_000;
    /**
     * The time before the watch whose changes a member may send after the stream has gone on there: those of which it has
     * learned since 10 s before the last event. It learns of most within seconds.
     */
    private static final Duration BEFORE = Duration.ofMinutes(1);

    private final Context context;
    private final Set<String> shown = new LinkedHashSet<>();
    /** The ids of changes that were known when this watch began. */
    private final Set<String> older = new HashSet<>();

    private @Nullable Members members;
    private @Nullable Endpoint endpoint;
    private boolean hasBegun;
    private boolean isLost;
    private boolean isResumed;

    @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "Of this service alone.")
    private @Nullable ServiceName service;

    @Option(
            names = "--ip",
            paramLabel = "ADDRESS[:PORT]",
            description = "Of hosts with this address alone; with a port, of that port alone.")
    private @Nullable HostAddress address;

    WatchCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        Members asked = context.members();
        members = asked;
        asked.events(Call.get(filter().path(PATH + "?watch")).orElsewhereAt(NO_HISTORY))
                .run(this);
    }

    private ChangeFilter filter() {
        return new ChangeFilter(service, address);
    }

    @Override
    public void event(ServerEvent event) {
        switch (event.name()) {
            case "begin" -> begin(parsed(event.data()).text("time"));
            case "change" -> change(new Change(parsed(event.data())));
            case "gap" -> context.note("changes may be missing here: ask discovery changes");
            default -> {
                // Events of later versions.
            }
        }
    }

    private void begin(String time) {
        if (!hasBegun && members != null && endpoint != null) {
            hasBegun = true;
            noteOlder(members, endpoint, time);
        }
    }

    /** Notes what has happened just before: a member at which the stream goes on may send that. */
    private void noteOlder(Members asked, Endpoint at, String time) {
        try {
            String since = Instant.parse(time).minus(BEFORE).toString();
            String path = ApiPath.with(ApiPath.with(filter().path(PATH), "since", since), "limit", "1000");
            try (Answer answer = asked.askOne(at, Call.get(path)).require()) {
                answer.elements("changes", change -> older.add(new Change(change).id()));
            }
        } catch (IOException | DateTimeException | Failure unknown) {
            // A watch without it may show changes of the seconds before it.
        }
    }

    /** Shows a change that was not yet shown, whenever it was made: those of another half of a split come late. */
    private void change(Change change) {
        boolean isBeforeTheWatch = isResumed && older.contains(change.id());
        if (isBeforeTheWatch || !filter().includes(change) || !shown.add(change.id())) {
            return;
        }
        if (shown.size() > REMEMBERED) {
            shown.remove(shown.iterator().next());
        }
        Output out = context.out();
        out.line(context.format() == Format.table ? line(change) : JsonText.write(change.object()));
        out.flush();
    }

    private String line(Change change) {
        String kind = Cell.padded(change.kind(), "deregistered".length());
        Cell shown = new Cell(kind, change.mood());
        return String.join(
                        "  ",
                        Cell.of(change.time()).text(),
                        shown.shown(context.streams().isTerminal()),
                        Cell.of(change.service()).text(),
                        Cell.of(change.host()).text(),
                        Cell.of(change.fields()).text(),
                        change.by().isEmpty()
                                ? ""
                                : Cell.of("by " + change.by()).text())
                .stripTrailing();
    }

    private static JsonObject parsed(String data) {
        try {
            if (JsonText.parse(data) instanceof JsonObject object) {
                return object;
            }
        } catch (IOException noJson) {
            throw Failure.refused("an event is no JSON: check the endpoint");
        }
        throw Failure.refused("an event is no JSON object: check the endpoint");
    }

    @Override
    public void opened(Endpoint at) {
        endpoint = at;
        if (isLost) {
            isLost = false;
            isResumed = true;
            context.note("going on at " + at);
        }
    }

    @Override
    public void lost(String why) {
        isLost = true;
        context.note(why);
    }
}
