package io.discovery.backend.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Codec of a registration's additions, which later versions of the program write, as one text:
 * {@code ["NAME","VALUE",[micros,member]]} for each, name and value verbatim.
 */
final class AdditionsText {

    private static final int FIELDS = 3;

    private AdditionsText() {}

    static String write(Tags additions) {
        StringJoiner text = new StringJoiner(",", "[", "]");
        for (Tag addition : additions.list()) {
            text.add("[" + JsonText.quote(addition.key()) + "," + JsonText.quote(addition.json()) + ","
                    + Versions.write(addition.version()) + "]");
        }
        return text.toString();
    }

    /**
     * Parses additions; returns none if the text is not the output of {@link #write}: like damaged versions, that is no
     * reason to leave the host out.
     */
    static Tags read(String text) {
        try {
            return JsonText.parse(text).map(AdditionsText::of).orElse(Tags.NONE);
        } catch (IllegalArgumentException notOurs) {
            return Tags.NONE;
        }
    }

    private static Tags of(JsonNode additions) {
        List<Tag> list = new ArrayList<>();
        for (JsonNode addition : additions) {
            if (addition.size() != FIELDS
                    || !addition.path(0).isTextual()
                    || !addition.path(1).isTextual()) {
                throw new IllegalArgumentException("not an addition: " + addition);
            }
            list.add(new Tag(
                    addition.path(0).textValue(), addition.path(1).textValue(), Versions.version(addition.path(2))));
        }
        return new Tags(list);
    }
}
