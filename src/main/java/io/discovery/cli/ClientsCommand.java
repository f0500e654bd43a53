package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.text.Cell;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.Rows;
import picocli.CommandLine.Command;

/** The clients that have a stream open, or wait. */
@Command(
        name = "clients",
        description = "Lists clients with an open stream or a read that waits, by member. A member tells of 1000.")
final class ClientsCommand implements Runnable {

    private final Context context;

    ClientsCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        try (Answer answer = context.members().get("/v1/clients")) {
            Rows rows = context.rows("MEMBER", "KIND", "CLIENT", "IDENTITY", "SERVICE", "SINCE");
            answer.elements("members", member -> add(rows, member));
            rows.end();
        }
    }

    private void add(Rows rows, JsonObject member) {
        String address = member.text("address");
        if (!member.is("answered")) {
            context.note("member " + address + " does not answer: its clients are missing here");
        }
        member.objects("xds").forEach(client -> xds(rows, address, client));
        member.objects("watchers").forEach(client -> add(rows, address, client.text("kind"), client));
        member.objects("long_polls").forEach(client -> add(rows, address, "poll", client));
        long left = member.number("left_out", 0);
        if (left > 0) {
            context.note("member " + address + " has " + left + " more clients");
        }
    }

    private static void add(Rows rows, String member, String kind, JsonObject client) {
        String service = client.text("service");
        rows.add(
                client.with("member", member).with("kind", kind),
                Cell.of(member),
                Cell.of(kind),
                Cell.of(client.text("client")),
                Cell.of(client.text("identity")),
                Cell.of(service.isEmpty() ? "(all)" : service),
                Cell.of(client.text("since")));
    }

    private static void xds(Rows rows, String member, JsonObject client) {
        rows.add(
                client.with("member", member).with("kind", "xds"),
                Cell.of(member),
                Cell.of("xds"),
                Cell.of(client.text("client")),
                Cell.of(client.text("identity")),
                Cell.of(client.text("node")),
                Cell.of(client.text("since")));
    }
}
