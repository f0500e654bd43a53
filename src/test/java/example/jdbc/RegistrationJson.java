package example.jdbc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.model.ServiceName;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registration as JSON: every register with its version. In ASCII, so that no database changes it. The form is this
 * plug-in's own: rows must stay readable whatever becomes of the classes.
 */
final class RegistrationJson {

    private static final ObjectMapper MAPPER = new ObjectMapper(
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());

    private RegistrationJson() {}

    static String write(Registration registration) {
        ObjectNode json = MAPPER.createObjectNode()
                .put("service", registration.key().service().text())
                .put("ip_address", registration.key().address().text())
                .put("key_port", registration.key().port());
        CheckIn checkIn = registration.checkIn();
        if (checkIn != null) {
            write(
                    checkIn.version(),
                    json.putObject("check_in")
                            .put("port", checkIn.port())
                            .put("revision", checkIn.revision())
                            .put("repo", checkIn.repo()));
        }
        write(registration.tags(), json, "tags");
        write(registration.additions(), json, "additions");
        if (registration.deregistration() != null) {
            write(registration.deregistration(), json.putObject("deregistration"));
        }
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void write(Tags tags, ObjectNode json, String name) {
        for (Tag tag : tags.list()) {
            // As text: the value must come back to the letter.
            write(
                    tag.version(),
                    json.withArray(name).addObject().put("key", tag.key()).put("value", tag.json()));
        }
    }

    private static void write(Version version, ObjectNode json) {
        json.put("micros", version.micros()).put("member", version.member());
    }

    /** @throws IllegalArgumentException if {@link #write} never writes that */
    static Registration read(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            JsonNode deregistration = json.get("deregistration");
            return new Registration(
                    new InstanceKey(
                            new ServiceName(text(json, "service")),
                            new IpAddress(text(json, "ip_address")),
                            Math.toIntExact(number(json, "key_port"))),
                    checkIn(json.get("check_in")),
                    tags(json.path("tags")),
                    deregistration == null ? null : version(deregistration),
                    tags(json.path("additions")));
        } catch (JsonProcessingException | ArithmeticException | RegistryException damaged) {
            throw new IllegalArgumentException(damaged);
        }
    }

    private static Tags tags(JsonNode json) {
        List<Tag> tags = new ArrayList<>();
        for (JsonNode tag : json) {
            tags.add(new Tag(text(tag, "key"), text(tag, "value"), version(tag)));
        }
        return tags.isEmpty() ? Tags.NONE : new Tags(tags);
    }

    private static @Nullable CheckIn checkIn(@Nullable JsonNode json) {
        return json == null
                ? null
                : new CheckIn(
                        version(json),
                        Math.toIntExact(number(json, "port")),
                        text(json, "revision"),
                        text(json, "repo"));
    }

    private static Version version(JsonNode json) {
        return new Version(number(json, "micros"), number(json, "member"));
    }

    private static String text(JsonNode json, String name) {
        JsonNode value = json.required(name);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(name + " is " + value + ", expected a text");
        }
        return value.textValue();
    }

    private static long number(JsonNode json, String name) {
        JsonNode value = json.required(name);
        if (!value.isIntegralNumber()) {
            throw new IllegalArgumentException(name + " is " + value + ", expected an integer");
        }
        return value.longValue();
    }
}
