package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.ApiPath;
import io.discovery.cli.text.Rows;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The hosts of a service. */
@Command(name = "hosts", description = "Lists the hosts of a service. An unknown service has none.")
final class HostsCommand implements Runnable {

    private final Context context;

    @Parameters(paramLabel = "SERVICE", description = "The name of the service.")
    @SuppressWarnings("NullAway.Init")
    private ServiceName service;

    HostsCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        try (Answer answer = context.members().get(ApiPath.of("/v1/registration", service.text()))) {
            Rows rows = HostTable.of(context);
            answer.elements("hosts", host -> HostTable.add(rows, host));
            rows.end();
        }
    }
}
