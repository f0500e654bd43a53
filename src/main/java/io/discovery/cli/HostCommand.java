package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.ApiPath;
import io.discovery.cli.text.Rows;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The services of an address. */
@Command(name = "host", description = "Lists the services for which an address is registered.")
final class HostCommand implements Runnable {

    private final Context context;

    @Parameters(
            paramLabel = "ADDRESS[:PORT]",
            description = "An IPv4 or IPv6 address; with a port, of that port alone.")
    @SuppressWarnings("NullAway.Init")
    private HostAddress address;

    HostCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        try (Answer answer = context.members().get(ApiPath.of("/v1/hosts", address.ip()))) {
            Rows rows = HostTable.of(context);
            answer.elements("hosts", host -> {
                if (address.includesPort(host.text("port"))) {
                    HostTable.add(rows, host);
                }
            });
            rows.end();
        }
    }
}
