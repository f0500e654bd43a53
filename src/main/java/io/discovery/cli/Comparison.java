package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.ApiPath;
import io.discovery.cli.http.Call;
import io.discovery.cli.http.Members;
import io.discovery.cli.text.Cell;
import io.discovery.cli.text.Failure;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.Printable;
import io.discovery.cli.text.Rows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of the hosts of an import with the registry, which changes nothing. Holds the hosts of one batch: the
 * list of a service stays where it was received.
 */
final class Comparison implements ImportTarget {

    /** The statuses by which a member refuses one service, as too long a name, and might take others. */
    private static final Set<Integer> OF_THIS_SERVICE = Set.of(400, 403, 414);

    private final Context context;
    private final Members members;
    private final Rows rows;
    private @Nullable Answer list;
    private String listed = "";
    private Optional<Boolean> portsAreKeys = Optional.empty();
    private long added;
    private long changed;
    private long same;

    Comparison(Context context) {
        this.context = context;
        this.members = context.members();
        this.rows = context.rows("CHANGE", "SERVICE", "ADDRESS", "PORT", "FIELDS");
    }

    @Override
    public void take(List<HostLine> batch, Refusals refusals) {
        Map<String, List<HostLine>> byService = new LinkedHashMap<>();
        batch.forEach(host -> byService
                .computeIfAbsent(host.service(), name -> new ArrayList<>())
                .add(host));
        byService.forEach((service, hosts) -> compare(service, hosts, refusals));
    }

    /** Compares the hosts of a service; the registry would refuse some names, and this does so too. */
    private void compare(String service, List<HostLine> hosts, Refusals refusals) {
        ServiceName name;
        try {
            name = new ServiceName(service);
        } catch (IllegalArgumentException noName) {
            hosts.forEach(host -> refusals.add(host.name(), "service: " + noName.getMessage()));
            return;
        }
        Answer answer = list(name.text());
        if (OF_THIS_SERVICE.contains(answer.status())) {
            hosts.forEach(host -> refusals.add(host.name(), answer.said()));
        } else {
            compare(hosts, answer.require());
        }
    }

    private void compare(List<HostLine> hosts, Answer answer) {
        Set<String> addresses = hosts.stream().map(HostLine::address).collect(Collectors.toSet());
        Map<String, List<JsonObject>> there = new HashMap<>();
        answer.elements("hosts", host -> {
            String address = host.text("ip_address");
            if (addresses.contains(address)) {
                there.computeIfAbsent(address, key -> new ArrayList<>()).add(host);
            }
        });
        hosts.forEach(host -> compare(host, there.getOrDefault(host.address(), List.of())));
    }

    /** Returns the list of a service; one that is long comes in many batches, and is asked for once. */
    private Answer list(String service) {
        Answer known = list;
        if (known != null && listed.equals(service)) {
            return known;
        }
        close();
        Answer asked = members.ask(Call.get(ApiPath.of("/v1/registration", service)));
        list = asked;
        listed = service;
        return asked;
    }

    private void compare(HostLine host, List<JsonObject> there) {
        Optional<JsonObject> old = there.stream()
                .filter(each -> each.text("port").equals(host.port()))
                .findFirst();
        if (old.isEmpty() && !there.isEmpty() && !portsAreKeys(host.service())) {
            old = Optional.of(there.get(0));
        }
        if (old.isEmpty()) {
            added++;
            add("new", host, List.of());
            return;
        }
        List<FieldChange> fields = FieldChange.between(old.orElseThrow(), host.registration());
        if (fields.isEmpty()) {
            same++;
        } else {
            changed++;
            add("changed", host, fields);
        }
    }

    /** Finds out, once, whether the registry knows hosts by address and port: figures of each service tell INSTANCE_KEY. */
    private boolean portsAreKeys(String service) {
        if (portsAreKeys.isEmpty()) {
            try (Answer answer = members.get(ApiPath.with("/v1/services/overview", "service", service))) {
                portsAreKeys = Optional.of(isOfPorts(answer));
            }
        }
        return portsAreKeys.orElseThrow();
    }

    private static boolean isOfPorts(Answer answer) {
        String told = answer.object().text("instance_key");
        return switch (told) {
            case "ip_port" -> true;
            case "ip" -> false;
            default ->
                throw Failure.refused(answer.from() + " has told instance_key '" + Printable.of(told)
                        + "', expected ip or ip_port: check the endpoint");
        };
    }

    private void add(String change, HostLine host, List<FieldChange> fields) {
        JsonObject object = JsonObject.of(
                "change", change,
                "service", host.service(),
                "ip_address", host.address(),
                "port", host.registration().fields().get("port"),
                "fields", fields.stream().map(FieldChange::object).toList());
        rows.add(
                object,
                Cell.of(change),
                Cell.of(host.service()),
                Cell.of(host.address()),
                Cell.of(host.port()),
                Cell.of(FieldChange.text(fields)));
    }

    @Override
    public void end() {
        rows.end();
        context.note("nothing was changed: " + added + " hosts are new, " + changed + " would change, " + same
                + " are the same");
    }

    @Override
    public void close() {
        if (list != null) {
            list.close();
        }
    }
}
