package io.discovery.changes;

import io.discovery.json.JsonText;
import io.discovery.json.UtcTime;
import io.discovery.registry.Asker;
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

    private static String by(@Nullable Asker asker) {
        return asker == null
                ? NULL
                : "{\"address\": " + quoted(asker.address()) + ", \"identity\": " + quoted(asker.identity()) + "}";
    }

    private static String quoted(@Nullable String text) {
        return text == null || text.isEmpty() ? NULL : JsonText.quote(text);
    }
}
