package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.text.Cell;
import io.discovery.cli.text.Cell.Mood;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.Rows;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The list of all services. */
@Command(name = "services", description = "Lists all services with the number of their hosts.")
final class ServicesCommand implements Runnable {

    private final Context context;

    @Option(
            names = {"-w", "--wide"},
            description = "Shows revisions, weights, the last check-in, and how many hosts are late with theirs.")
    private boolean wide;

    ServicesCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        if (wide) {
            overview();
            return;
        }
        try (Answer answer = context.members().get("/v1/services")) {
            Rows rows = context.rows("SERVICE", "HOSTS");
            answer.elements(
                    "services",
                    service -> rows.add(service, Cell.of(service.text("service")), Cell.of(service.text("hosts"))));
            rows.end();
        }
    }

    private void overview() {
        try (Answer answer = context.members().get("/v1/services/overview")) {
            Rows rows = context.rows("SERVICE", "HOSTS", "LATE", "REVISIONS", "WEIGHTS", "LAST CHECK-IN");
            answer.elements("services", service -> rows.add(service, cells(service)));
            rows.end();
        }
    }

    private static Cell[] cells(JsonObject service) {
        long late = service.number("stale", 0);
        String least = service.text("min_weight");
        String most = service.text("max_weight");
        return new Cell[] {
            Cell.of(service.text("service")),
            Cell.of(service.text("hosts")),
            new Cell(Long.toString(late), late == 0 ? Mood.PLAIN : Mood.ODD),
            Cell.of(service.text("revisions")),
            Cell.of(least.equals(most) ? least : least + "-" + most),
            Cell.of(service.text("last_check_in"))
        };
    }
}
