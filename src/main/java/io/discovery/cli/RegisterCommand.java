package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.ApiPath;
import io.discovery.cli.http.Call;
import io.discovery.cli.text.Failure;
import io.discovery.cli.text.JsonNumber;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.JsonText;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The registration of a host, or its heartbeat. */
@Command(
        name = "register",
        description = "Registers a host once, or is its heartbeat: the host is listed for HOST_TTL after that.")
final class RegisterCommand implements Runnable {

    private static final int LARGEST_PORT = 65_535;

    private final Context context;

    @Parameters(index = "0", paramLabel = "SERVICE", description = "The name of the service.")
    @SuppressWarnings("NullAway.Init")
    private ServiceName service;

    @Parameters(index = "1", paramLabel = "ADDRESS", description = "The IPv4 or IPv6 address of the host.")
    @SuppressWarnings("NullAway.Init")
    private HostAddress address;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            required = true,
            description = "The port on which it serves.")
    private int port;

    @Option(
            names = {"-r", "--revision"},
            paramLabel = "REVISION",
            required = true,
            description = "The build that it runs.")
    private String revision = "";

    @Option(names = "--repo", paramLabel = "REPO", description = "Where its code is: service_repo_name.")
    private String repo = "";

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "NAME=TEXT",
            description = "A tag, as often as needed. A registration needs az, region and instance_id.")
    private List<String> tags = List.of();

    @Option(names = "--json-tag", paramLabel = "NAME=JSON", description = "A tag that is no text: canary=true.")
    private List<String> jsonTags = List.of();

    RegisterCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        Ranges.require("--port", port, 1, LARGEST_PORT);
        if (!address.includesPort(Integer.toString(port))) {
            throw Failure.usage("register: given " + address + " and --port " + port + ", expected one port");
        }
        if (revision.isEmpty()) {
            throw Failure.usage("--revision: given '', expected the build that the host runs");
        }
        GivenTags all = new GivenTags();
        tags.forEach(all::text);
        jsonTags.forEach(all::json);
        register(JsonObject.of(
                "ip", address.ip(),
                "port", JsonNumber.of(port),
                "revision", revision,
                "service_repo_name", repo,
                "tags", all.all()));
    }

    private void register(JsonObject registration) {
        String path = ApiPath.of("/v1/registration", service.text());
        try (Answer answer = context.members().ask(Call.postJson(path, JsonText.write(registration)))) {
            answer.require();
            context.tell(
                    "registered " + address.ip() + " port " + port + " for " + service,
                    JsonObject.of("registered", true, "service", service.text(), "ip_address", address.ip()));
        }
    }
}
