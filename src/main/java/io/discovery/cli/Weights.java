package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.ApiPath;
import io.discovery.cli.http.Call;
import io.discovery.cli.http.Members;
import io.discovery.cli.text.Failure;
import io.discovery.cli.text.JsonNumber;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.Printable;
import java.util.concurrent.atomic.AtomicBoolean;

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
                context.members(),
                ApiPath.of("/v1/loadbalancing", service.text(), address.toString()),
                weight,
                address + " is registered for " + service);
        context.tell(
                address + " of " + service + " has weight " + weight,
                JsonObject.of(
                        "service", service.text(), "ip_address", address.toString(), "weight", JsonNumber.of(weight)));
    }

    static void setAll(Context context, ServiceName service, int weight) {
        Members members = context.members();
        String sought = "is registered for " + service;
        send(members, ApiPath.of("/v1/loadbalancing", service.text()), weight, sought);
        requireHost(members, service, sought);
        context.tell(
                "all hosts of " + service + " have weight " + weight,
                JsonObject.of("service", service.text(), "weight", JsonNumber.of(weight)));
    }

    /** @param sought the end of a sentence that begins with "no host" */
    private static void send(Members members, String path, int weight, String sought) {
        String form = ApiPath.form("load_balancing_weight", Integer.toString(weight));
        try (Answer answer = members.ask(Call.postForm(path, form))) {
            if (answer.status() == NOT_FOUND && !answer.said().isEmpty()) {
                throw none(sought);
            }
            answer.require();
        }
    }

    /** Checks that a service has hosts: a member takes a weight for all of them where there are none, too. */
    private static void requireHost(Members members, ServiceName service, String sought) {
        AtomicBoolean isThere = new AtomicBoolean();
        try (Answer answer = members.get(ApiPath.of("/v1/registration", service.text()))) {
            answer.elements("hosts", host -> isThere.set(true));
        }
        if (!isThere.get()) {
            throw none(sought);
        }
    }

    private static Failure none(String sought) {
        return Failure.refused("no host " + Printable.of(sought) + ": see discovery hosts");
    }
}
