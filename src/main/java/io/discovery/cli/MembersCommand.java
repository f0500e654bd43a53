package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.text.Cell;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.Rows;
import picocli.CommandLine.Command;

/** The members of the cluster. */
@Command(
        name = "members",
        description = "Lists the members of the cluster, each as it tells of itself. A star marks the one that was"
                + " asked.")
final class MembersCommand implements Runnable {

    private final Context context;

    MembersCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        try (Answer answer = context.members().get(MemberReport.PATH)) {
            Rows rows = context.rows(
                    "MEMBER",
                    "VERSION",
                    "STATE",
                    "HTTP",
                    "HOSTS",
                    "SERVICES",
                    "CONTENT",
                    "BACKEND",
                    "CLOCK",
                    "HEAP",
                    "UP");
            answer.elements("members", member -> add(rows, new MemberReport(member)));
            rows.end();
        }
    }

    private static void add(Rows rows, MemberReport member) {
        JsonObject object = member.object();
        if (!member.answered()) {
            rows.add(object, unanswered(member));
            return;
        }
        rows.add(
                object,
                Cell.of(member.name()),
                Cell.of(object.text("version")),
                Cell.of(member.state(), member.isReady()),
                Cell.of(object.text("http")),
                Cell.of(object.text("hosts")),
                Cell.of(object.text("services")),
                Cell.of(MemberReport.abbreviated(object.text("content"))),
                Cell.of(member.backend(), member.isBackendUp()),
                Cell.of(member.clock()),
                Cell.of(member.heapPercent() + "%"),
                Cell.of(member.uptime()));
    }

    private static Cell[] unanswered(MemberReport member) {
        Cell none = Cell.of("-");
        return new Cell[] {
            Cell.of(member.name()),
            Cell.of(member.object().text("version")),
            Cell.of("no answer", false),
            none,
            none,
            none,
            none,
            none,
            none,
            none,
            none
        };
    }
}
