package io.discovery.cli;

import io.discovery.cli.http.Endpoint;
import io.discovery.cli.http.EventSource;
import io.discovery.cli.http.ServerEvent;
import io.discovery.cli.text.Cell;
import io.discovery.cli.text.Failure;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.JsonText;
import io.discovery.cli.text.Output;
import io.discovery.cli.text.Rows.Format;
import java.io.IOException;
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

    /** As many as a member may send again after the stream has gone on at another. */
    private static final int REMEMBERED = 1_000;

    private final Context context;
    private final Set<String> known = new LinkedHashSet<>();
    /** The cluster's time when this watch began; empty before that. */
    private String began = "";

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
        context.members().events(filter().path("/v1/changes?watch")).run(this);
    }

    private ChangeFilter filter() {
        return new ChangeFilter(service, address);
    }

    @Override
    public void event(ServerEvent event) {
        switch (event.name()) {
            case "begin" -> begin(parsed(event.data()));
            case "change" -> change(new Change(parsed(event.data())));
            case "gap" -> context.note("changes were lost here: see discovery changes");
            default -> {
                // Events of later versions.
            }
        }
    }

    private void begin(JsonObject event) {
        if (began.isEmpty()) {
            began = event.text("time");
        }
    }

    private void change(Change change) {
        // The member at which a stream goes on sends what is a few seconds older too. Times have one width.
        boolean isBeforeTheWatch = isResumed && change.time().compareTo(began) < 0;
        if (isBeforeTheWatch || !filter().includes(change) || !known.add(change.id())) {
            return;
        }
        if (known.size() > REMEMBERED) {
            known.remove(known.iterator().next());
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
