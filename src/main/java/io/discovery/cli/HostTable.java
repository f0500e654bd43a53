package io.discovery.cli;

import io.discovery.cli.text.Cell;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.Rows;

/** Hosts as rows, as the API lists them. */
final class HostTable {

    private HostTable() {}

    static Rows of(Context context) {
        return context.rows("SERVICE", "ADDRESS", "PORT", "REVISION", "ZONE", "WEIGHT", "LAST CHECK-IN");
    }

    static void add(Rows rows, JsonObject host) {
        JsonObject tags = host.object("tags");
        rows.add(
                host,
                Cell.of(host.text("service")),
                Cell.of(host.text("ip_address")),
                Cell.of(host.text("port")),
                Cell.of(host.text("revision")),
                Cell.of(tags.text("az")),
                Cell.of(tags.has("load_balancing_weight") ? tags.text("load_balancing_weight") : "-"),
                new Cell(host.text("last_check_in"), host.is("stale") ? Cell.Mood.ODD : Cell.Mood.PLAIN));
    }
}
