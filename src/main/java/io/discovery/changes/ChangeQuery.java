package io.discovery.changes;

import io.discovery.http.RequestQuery;
import io.discovery.json.UtcTime;
import io.discovery.model.IpAddress;
import io.discovery.model.RegistryException.InvalidParameter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changes that a client asks for.
 *
 * @param services their names; empty for all services
 * @param address null for those of all addresses
 * @param since null for all; changes after it otherwise
 * @param before null for the newest; changes before it otherwise
 * @param limit maximum number in one answer
 * @param isWatch whether the client wants to hear of further ones
 */
record ChangeQuery(
        Set<String> services,
        @Nullable IpAddress address,
        @Nullable ChangeId since,
        @Nullable ChangeId before,
        int limit,
        boolean isWatch) {

    /** The field of the query that names a service. */
    private static final String SERVICE = "service";

    private static final int MOST_SERVICES = 100;
    private static final int LEAST = 1;
    private static final int MOST = 1_000;
    private static final int USUAL = 100;

    /** @throws InvalidParameter for the first field that is not what it should be */
    static ChangeQuery of(RequestQuery query) {
        return new ChangeQuery(
                services(query.all(SERVICE)),
                address(query),
                since(query),
                before(query),
                limit(query.first("limit")),
                query.first("watch") != null);
    }

    private static Set<String> services(List<String> names) {
        if (names.size() > MOST_SERVICES) {
            throw new InvalidParameter(SERVICE, names.size() + " names", "up to " + MOST_SERVICES);
        }
        return Set.copyOf(names);
    }

    private static @Nullable IpAddress address(RequestQuery query) {
        String given = query.first("ip");
        return given == null
                ? null
                : IpAddress.parse(given)
                        .orElseThrow(() -> new InvalidParameter("ip", given, "an IP address, such as 10.0.0.7"));
    }

    private static @Nullable ChangeId since(RequestQuery query) {
        String given = query.first("since");
        if (given == null) {
            return null;
        }
        // An id; or a time, of which all changes are to come.
        return ChangeId.parse(given)
                .or(() ->
                        UtcTime.parse(given).stream().mapToObj(ChangeId::before).findFirst())
                .orElseThrow(() -> new InvalidParameter(
                        "since", given, "a time, such as 2026-11-27T15:00:00Z, or the id of a change"));
    }

    private static @Nullable ChangeId before(RequestQuery query) {
        String given = query.first("before");
        return given == null
                ? null
                : ChangeId.parse(given).orElseThrow(() -> new InvalidParameter("before", given, "the id of a change"));
    }

    private static int limit(@Nullable String given) {
        if (given == null) {
            return USUAL;
        }
        return Optional.of(given)
                .filter(text -> text.matches("[0-9]{1,4}"))
                .map(Integer::parseInt)
                .filter(number -> number >= LEAST && number <= MOST)
                .orElseThrow(() -> new InvalidParameter("limit", given, "an integer from " + LEAST + " to " + MOST));
    }

    /** Returns whether a change is of the service and the address, whenever it was. */
    boolean concerns(RecordedChange recorded) {
        InstanceChange change = recorded.change();
        return (services.isEmpty() || services.contains(change.service().text()))
                && (address == null || change.address().equals(address));
    }

    /** Returns whether a change is one of those asked for. */
    boolean includes(RecordedChange recorded) {
        ChangeId id = recorded.change().id();
        return (since == null || id.isAfter(since)) && (before == null || before.isAfter(id)) && concerns(recorded);
    }
}
