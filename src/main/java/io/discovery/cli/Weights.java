package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.ApiPath;
import io.discovery.cli.http.Call;
import io.discovery.cli.text.Failure;
import io.discovery.cli.text.JsonNumber;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.Printable;

/** Changes of weights, which three commands make. */
final class Weights {

    /** The weight of a host that gets next to no new traffic. */
    static final int DRAINED = 1;

    private static final int LEAST = 1;
    private static final int MOST = 100;
    private static final int NOT_FOUND = 404;

    private Weights() {}

    /** @throws Failure if it is no weight */
    static int parse(String text) {
        int weight = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
        if (weight < LEAST || weight > MOST) {
            throw Failure.usage("weight: given '" + Printable.of(text) + "', expected a number from 1 to 100");
        }
        return weight;
    }

    static void set(Context context, ServiceName service, HostAddress address, int weight) {
        send(
                context,
                ApiPath.of("/v1/loadbalancing", service.text(), address.toString()),
                weight,
                address + " is registered for " + service);
        context.tell(
                address + " of " + service + " has weight " + weight,
                JsonObject.of(
                        "service", service.text(), "ip_address", address.toString(), "weight", JsonNumber.of(weight)));
    }

    static void setAll(Context context, ServiceName service, int weight) {
        send(context, ApiPath.of("/v1/loadbalancing", service.text()), weight, "is registered for " + service);
        context.tell(
                "all hosts of " + service + " have weight " + weight,
                JsonObject.of("service", service.text(), "weight", JsonNumber.of(weight)));
    }

    /** @param sought the end of a sentence that begins with "no host" */
    private static void send(Context context, String path, int weight, String sought) {
        String form = ApiPath.form("load_balancing_weight", Integer.toString(weight));
        try (Answer answer = context.members().ask(Call.postForm(path, form))) {
            if (answer.status() == NOT_FOUND && !answer.said().isEmpty()) {
                throw Failure.refused("no host " + Printable.of(sought) + ": see discovery hosts");
            }
            answer.require();
        }
    }
}
