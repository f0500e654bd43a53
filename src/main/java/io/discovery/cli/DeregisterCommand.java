package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.ApiPath;
import io.discovery.cli.http.Call;
import io.discovery.cli.text.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The removal of a host. */
@Command(
        name = "deregister",
        description = "Removes a host. Stop its heartbeats first: the next one registers it again.")
final class DeregisterCommand implements Runnable {

    private static final int NOT_LISTED = 400;

    private final Context context;

    @Parameters(index = "0", paramLabel = "SERVICE", description = "The name of the service.")
    @SuppressWarnings("NullAway.Init")
    private ServiceName service;

    @Parameters(
            index = "1",
            paramLabel = "ADDRESS[:PORT]",
            description = "The address of the host. With INSTANCE_KEY=ip_port one without a port means all of them.")
    @SuppressWarnings("NullAway.Init")
    private HostAddress address;

    DeregisterCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        try (Answer answer = context.members()
                .ask(Call.delete(ApiPath.of("/v1/registration", service.text(), address.toString())))) {
            if (isGone(answer)) {
                context.tell(
                        address + " is not registered for " + service + " any more",
                        JsonObject.of(
                                "registered", false, "service", service.text(), "ip_address", address.toString()));
                return;
            }
            answer.require();
            context.tell(
                    "removed " + address + " from " + service,
                    JsonObject.of("removed", true, "service", service.text(), "ip_address", address.toString()));
        }
    }

    /** A member that removed the host and gave no answer leaves none for the next. Other requests get 400 too. */
    private static boolean isGone(Answer answer) {
        return answer.repeated()
                && answer.status() == NOT_LISTED
                && answer.said().startsWith("no host ");
    }
}
