package io.discovery.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/** The reader of AUTH_FILE: YAML with the identities of clients, what proves them, and what they may do. */
public final class AuthFile {

    private static final int MOST_BYTES = 10_000_000;

    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .loaderOptions(loaderOptions())
                    .build())
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** A name of a field that may stand in a message: a secret has digits, or is longer. */
    private static final Pattern SHOWN = Pattern.compile("[A-Za-z_-]{1,20}");

    private static final Pattern REPEATED = Pattern.compile("^Duplicate field '(.*)'");

    private AuthFile() {}

    private static LoaderOptions loaderOptions() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_BYTES);
        return options;
    }

    /** The file as it stands. */
    record Content(
            @JsonProperty(required = true) @JsonSetter(nulls = Nulls.FAIL, contentNulls = Nulls.FAIL)
            List<AuthEntry> identities,

            @Nullable ClientLimits limits) {

        Content {
            identities = List.copyOf(identities);
        }
    }

    /** A file that cannot be used. */
    public static final class UnusableAuthFileException extends RuntimeException {
        UnusableAuthFileException(Path file, List<String> faults) {
            super(file + ": " + String.join("; ", faults));
        }
    }

    /**
     * Reads the file. Blocks.
     *
     * @throws UnusableAuthFileException with all faults, none of which repeats a hash
     */
    public static Identities read(Path file) {
        return identities(file, text(file));
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new UnusableAuthFileException(
                        file, List.of("given " + Files.size(file) + " bytes, expected at most " + MOST_BYTES));
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UnusableAuthFileException(file, List.of("cannot be read: " + unreadable));
        }
    }

    /** @param file its name, for messages */
    static Identities identities(Path file, String text) {
        Content content = parse(file, text);
        List<AuthEntry> entries = content.identities();
        ClientLimits limits = content.limits() == null ? ClientLimits.NONE : content.limits();
        List<String> faults = new ArrayList<>();
        entries.forEach(entry -> faults.addAll(entry.faults()));
        faults.addAll(repeated(entries));
        faults.addAll(limits.faults("limits"));
        if (!faults.isEmpty()) {
            throw new UnusableAuthFileException(file, faults);
        }
        return new Identities(entries, limits);
    }

    private static Content parse(Path file, String text) {
        try {
            refuseReferences(file, text);
            Content content = YAML.readValue(text, Content.class);
            if (content == null) {
                throw new UnusableAuthFileException(file, List.of("given null, expected identities"));
            }
            return content;
        } catch (JsonProcessingException malformed) {
            throw new UnusableAuthFileException(file, List.of(faultOf(malformed)));
        }
    }

    /**
     * Returns what is wrong and where. The messages of the libraries repeat texts of the file, which may be secrets, in
     * a wrong file above all.
     */
    private static String faultOf(JsonProcessingException malformed) {
        String where = malformed.getLocation() == null
                ? ""
                : " at line " + malformed.getLocation().getLineNr();
        if (malformed instanceof UnrecognizedPropertyException unknown) {
            return "given " + shown(unknown.getPropertyName()) + where + ", expected one of "
                    + unknown.getKnownPropertyIds();
        }
        if (malformed instanceof JsonMappingException mismatch) {
            String path = pathOf(mismatch);
            return path.isEmpty()
                    ? "given something else than a file with identities"
                    : "given another kind of value than expected, or none, for " + path + where;
        }
        Matcher repeated = REPEATED.matcher(malformed.getOriginalMessage());
        return repeated.find()
                ? "given " + shown(repeated.group(1)) + " twice" + where
                : "given a text that is no YAML" + where;
    }

    private static String shown(String name) {
        return SHOWN.matcher(name).matches() ? "'" + name + "'" : "a name that is not shown";
    }

    private static String pathOf(JsonMappingException mismatch) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference part : mismatch.getPath()) {
            if (part.getFieldName() == null) {
                path.append('[').append(part.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(part.getFieldName());
            }
        }
        return path.toString();
    }

    /** Refuses anchors and aliases, which Jackson takes for texts. */
    private static void refuseReferences(Path file, String text) throws JsonProcessingException {
        try (JsonParser parser = YAML.createParser(text)) {
            while (parser.nextToken() != null) {
                if (((YAMLParser) parser).isCurrentAlias() || parser.getObjectId() != null) {
                    throw new UnusableAuthFileException(
                            file,
                            List.of("given an anchor or an alias at line "
                                    + parser.currentTokenLocation().getLineNr()
                                    + ", expected none: write the text again, or quote it if it begins with & or *"));
                }
            }
        } catch (JsonProcessingException malformed) {
            throw malformed;
        } catch (IOException impossible) {
            throw new IllegalStateException("a text cannot fail to be read", impossible);
        }
    }

    /** Returns the proofs and names that two identities share. */
    private static List<String> repeated(List<AuthEntry> entries) {
        List<String> faults = new ArrayList<>();
        Map<String, String> owners = new HashMap<>();
        Map<String, String> names = new HashMap<>();
        for (AuthEntry entry : entries) {
            if (names.put(entry.name(), "") != null) {
                faults.add("given two identities with the name " + entry.name() + ", expected one");
            }
            for (String proof : entry.proofs()) {
                String owner = owners.put(proof, entry.name());
                if (owner != null) {
                    String kind = proof.substring(0, proof.indexOf(' '));
                    faults.add("given the same " + kind + " for " + owner + " and " + entry.name() + ", expected one");
                }
            }
        }
        return faults;
    }
}
