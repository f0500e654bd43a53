package io.discovery.changes;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import io.discovery.json.UtcTime;
import io.discovery.model.IpAddress;
import io.discovery.model.ServiceName;
import io.discovery.registry.Asker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON of changes, in one line. */
final class ChangeJson {

    private static final String NULL = "null";

    private ChangeJson() {}

    static String of(RecordedChange recorded) {
        InstanceChange change = recorded.change();
        StringBuilder json = new StringBuilder(256)
                .append("{\"id\": \"")
                .append(change.id())
                .append("\", \"time\": \"")
                .append(UtcTime.of(change.id().micros()))
                .append("\", \"service\": ")
                .append(JsonText.quote(change.service().text()))
                .append(", \"ip_address\": ")
                .append(JsonText.quote(change.address().text()))
                .append(", \"port\": ")
                .append(change.port())
                .append(", \"change\": \"")
                .append(change.kind().text())
                .append("\", \"fields\": [");
        String separator = "";
        for (FieldChange field : change.fields()) {
            json.append(separator)
                    .append("{\"name\": ")
                    .append(JsonText.quote(field.name()))
                    .append(", \"old\": ")
                    .append(field.old() == null ? NULL : field.old())
                    .append(", \"new\": ")
                    .append(field.now() == null ? NULL : field.now())
                    .append('}');
            separator = ", ";
        }
        return json.append("], \"member\": ")
                .append(quoted(change.member()))
                .append(", \"by\": ")
                .append(by(recorded.asker()))
                .append('}')
                .toString();
    }

    /** A change, and who asked for it. */
    record Parsed(InstanceChange change, @Nullable Asker asker) {}

    /** Parses what {@link #of} wrote; empty for other text. Its version is not in it. */
    static Optional<Parsed> parse(String text) {
        return JsonText.parse(text).flatMap(ChangeJson::parse);
    }

    private static Optional<Parsed> parse(JsonNode json) {
        Optional<ChangeId> id = ChangeId.parse(json.path("id").asText());
        Optional<ChangeKind> kind = ChangeKind.parse(json.path("change").asText());
        Optional<IpAddress> address = IpAddress.parse(json.path("ip_address").asText());
        String service = json.path("service").asText();
        if (id.isEmpty() || kind.isEmpty() || address.isEmpty() || service.isEmpty() || service.contains("/")) {
            return Optional.empty();
        }
        List<FieldChange> fields = new ArrayList<>();
        json.path("fields")
                .forEach(field -> fields.add(new FieldChange(
                        field.path("name").asText(), value(field.path("old")), value(field.path("new")))));
        return Optional.of(new Parsed(
                new InstanceChange(
                        id.get(),
                        kind.get(),
                        new ServiceName(service),
                        address.get(),
                        json.path("port").asInt(),
                        fields,
                        null,
                        json.path("member").textValue()),
                asker(json.path("by"))));
    }

    private static @Nullable String value(JsonNode field) {
        return field.isNull() || field.isMissingNode() ? null : JsonText.write(field);
    }

    private static @Nullable Asker asker(JsonNode by) {
        return by.isObject()
                ? new Asker(by.path("address").asText(""), by.path("identity").asText(""))
                : null;
    }

    private static String by(@Nullable Asker asker) {
        return asker == null
                ? NULL
                : "{\"address\": " + quoted(asker.address()) + ", \"identity\": " + quoted(asker.identity()) + "}";
    }

    private static String quoted(@Nullable String text) {
        return text == null || text.isEmpty() ? NULL : JsonText.quote(text);
    }
}
