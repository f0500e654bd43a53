package io.discovery.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A check for addresses that tests and examples give to real clients, in a file or as an instance. Clients connect to
 * what a registry lists, so that all of these addresses must be of this machine: 127.0.0.0/8 or ::1.
 */
public final class Loopback {

    private static final Pattern OWN = Pattern.compile("127(\\.[0-9]{1,3}){3}|::1|\\[::1]");

    private static final Pattern IPV4 = Pattern.compile("(?<![0-9.])[0-9]{1,3}(\\.[0-9]{1,3}){3}(?![0-9.])");

    private Loopback() {}

    /** Returns true for an address of this machine; false for a name, whatever it resolves to. */
    public static boolean isLoopback(String address) {
        return OWN.matcher(address).matches();
    }

    /** Returns the values of the fields named {@code address} in the documents of a YAML file, at any depth. */
    public static List<String> addressesOf(String yaml) {
        try (var documents = new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return documents.readAll().stream()
                    .flatMap(document -> document.findValues("address").stream())
                    .flatMap(Loopback::texts)
                    .toList();
        } catch (IOException noYaml) {
            throw new UncheckedIOException(noYaml);
        }
    }

    /** Returns all IPv4 addresses in a text of any kind. */
    public static List<String> ipv4Of(String text) {
        return IPV4.matcher(text).results().map(MatchResult::group).toList();
    }

    private static Stream<String> texts(JsonNode field) {
        return field.isObject()
                ? field.findValues("address").stream().flatMap(Loopback::texts)
                : Stream.of(field.asText());
    }
}
