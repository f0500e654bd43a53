package io.discovery.http;

import io.discovery.directory.Listing;
import io.discovery.directory.Snapshot;
import io.discovery.json.JsonText;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tag;
import io.discovery.registry.Membership.MemberInfo;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * The v1 renderings of what is listed (seed: GET /v1/registration). A host is encoded once per check-in, a list joined of
 * its hosts once per change that a reader sees. The seed's wire word for an instance is "host".
 */
final class V1Json {

    private static final byte[] SEPARATOR = ", ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "]}\n".getBytes(StandardCharsets.US_ASCII);

    private final String env;
    /** Renderings are known by these objects: one of each. */
    private final Function<Snapshot, Buffer> service;

    private final Function<Snapshot, Buffer> repo;

    V1Json(String env) {
        this.env = env;
        this.service = snapshot -> list("service", snapshot);
        this.repo = snapshot -> list("service_repo_name", snapshot);
    }

    Buffer service(Snapshot snapshot) {
        return snapshot.rendered(service);
    }

    /** As a service, but with the repo's name in place of the service's (seed: GET /v1/registration/repo). */
    Buffer repo(Snapshot snapshot) {
        return snapshot.rendered(repo);
    }

    static Buffer host(Listing listing) {
        return Buffer.buffer(listing.fragment(V1Json::encode)).appendString("\n");
    }

    private Buffer list(String nameKey, Snapshot snapshot) {
        String head = "{\"" + nameKey + "\": " + JsonText.quote(snapshot.name()) + ", \"env\": " + JsonText.quote(env)
                + ", \"hosts\": [";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        boolean first = true;
        for (Listing listing : snapshot.listings()) {
            if (!first) {
                body.writeBytes(SEPARATOR);
            }
            first = false;
            body.writeBytes(listing.fragment(V1Json::encode));
        }
        body.writeBytes(END);
        return Buffer.buffer(body.toByteArray());
    }

    private static byte[] encode(Listing listing) {
        Registration registration = listing.registration();
        InstanceKey key = registration.key();
        StringBuilder json = new StringBuilder(256)
                .append("{\"service\": ")
                .append(JsonText.quote(key.service().text()))
                .append(", \"ip_address\": ")
                .append(JsonText.quote(key.address().text()))
                .append(", \"service_repo_name\": ")
                .append(JsonText.quote(listing.checkIn().repo()))
                .append(", \"port\": ")
                .append(listing.checkIn().port())
                .append(", \"revision\": ")
                .append(JsonText.quote(listing.checkIn().revision()))
                .append(", \"last_check_in\": \"")
                .append(SeedTime.of(listing.checkIn().micros()))
                .append("\", \"tags\": {");
        String separator = "";
        for (Tag tag : registration.tags().list()) {
            json.append(separator)
                    .append(JsonText.quote(tag.key()))
                    .append(": ")
                    .append(tag.json());
            separator = ", ";
        }
        return json.append(listing.isStale() ? "}, \"stale\": true}" : "}}")
                .toString()
                .getBytes(StandardCharsets.US_ASCII);
    }

    static Buffer services(SortedMap<ServiceName, Snapshot> services) {
        List<Map<String, Object>> list =
                services.values().stream().map(V1Json::counts).toList();
        return line(Map.of("services", list));
    }

    private static Map<String, Object> counts(Snapshot service) {
        int hosts = service.listings().size();
        return service.stale() == 0
                ? ordered("service", service.name(), "hosts", hosts)
                : ordered("service", service.name(), "hosts", hosts, "stale", service.stale());
    }

    static Buffer cluster(List<MemberInfo> members, boolean partitionsSafe) {
        List<Map<String, Object>> list = members.stream()
                .map(member -> ordered(
                        "id", member.id(),
                        "address", member.address(),
                        "self", member.self(),
                        "version", member.version()))
                .toList();
        return line(ordered("members", list, "partitions_safe", partitionsSafe));
    }

    /** A value as the body of an answer. */
    static Buffer line(Object value) {
        return Buffer.buffer(JsonText.write(value) + "\n");
    }

    static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
