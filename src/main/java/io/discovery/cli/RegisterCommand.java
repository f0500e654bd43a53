package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.ApiPath;
import io.discovery.cli.http.Call;
import io.discovery.cli.text.Failure;
import io.discovery.cli.text.JsonNumber;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.JsonText;
import io.discovery.cli.text.Printable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The registration of a host, or its heartbeat. */
@Command(
        name = "register",
        description = "Registers a host once, or is its heartbeat: the host is listed for HOST_TTL after that.")
final class RegisterCommand implements Runnable {

    private final Context context;

    @Parameters(index = "0", paramLabel = "SERVICE", description = "The name of the service.")
    private String service = "";

    @Parameters(index = "1", paramLabel = "ADDRESS", description = "The IPv4 or IPv6 address of the host.")
    private String address = "";

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
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(names = "--json-tag", paramLabel = "NAME=JSON", description = "A tag that is no text: canary=true.")
    private Map<String, String> jsonTags = new LinkedHashMap<>();

    RegisterCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(tags);
        jsonTags.forEach((name, text) -> all.put(name, parsed(name, text)));
        JsonObject registration = JsonObject.of(
                "ip", address,
                "port", JsonNumber.of(port),
                "revision", revision,
                "service_repo_name", repo,
                "tags", new JsonObject(all));
        String path = ApiPath.of("/v1/registration", service);
        try (Answer answer = context.members().ask(Call.postJson(path, JsonText.write(registration)))) {
            answer.require();
            context.tell(
                    "registered " + address + " port " + port + " for " + service,
                    JsonObject.of("registered", true, "service", service, "ip_address", address));
        }
    }

    private static @Nullable Object parsed(String name, String text) {
        try {
            return JsonText.parse(text);
        } catch (IOException noJson) {
            throw Failure.usage("--json-tag " + Printable.of(name) + ": given '" + Printable.of(text)
                    + "', expected JSON; a text goes into --tag");
        }
    }
}
