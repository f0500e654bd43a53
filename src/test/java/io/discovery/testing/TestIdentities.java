package io.discovery.testing;

import io.discovery.auth.TokenHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Identities with a token each, or several, and the file that a member reads them from. Immutable. */
public record TestIdentities(Map<String, String> grants, Map<String, List<String>> tokens) {

    public static final TestIdentities NONE = new TestIdentities(Map.of(), Map.of());

    /** Identities that differ in what they may do with the service payments. */
    public static final TestIdentities OF_PAYMENTS = NONE.with("stranger", "read: [orders]")
            .with("reader", "read: [payments]")
            .with("writer", "write: [pay*]")
            .with("reader-of-all", "read: ['*']")
            .with("writer-of-all", "write: ['*']")
            .with("admin", "admin: true");

    public TestIdentities {
        grants = new LinkedHashMap<>(grants);
        tokens = Map.copyOf(tokens);
    }

    /** @param lines of AUTH_FILE, between those with name and token and the next identity */
    public TestIdentities with(String name, String lines) {
        Map<String, String> more = new LinkedHashMap<>(grants);
        more.put(name, lines);
        return new TestIdentities(more, tokens);
    }

    /**
     * Returns the same identities, one of which has the tokens of these names, and no other.
     *
     * @param names as for {@link #tokenOf}
     */
    public TestIdentities withTokens(String name, String... names) {
        Map<String, List<String>> more = new LinkedHashMap<>(tokens);
        more.put(name, List.of(names));
        return new TestIdentities(grants, more);
    }

    public TestIdentities without(String name) {
        Map<String, String> fewer = new LinkedHashMap<>(grants);
        fewer.remove(name);
        return new TestIdentities(fewer, tokens);
    }

    public static String tokenOf(String name) {
        return "a-token-that-" + name + "-alone-should-know";
    }

    /** Returns a client that sends the token of an identity. */
    public static TestClient clientOf(TestClient any, String name) {
        return any.with("Authorization", "Bearer " + tokenOf(name));
    }

    /** Writes the file in one step, over an earlier one. */
    public Path write(Path file) {
        String entries = grants.entrySet().stream()
                .map(each -> "  - name: " + each.getKey() + "\n    tokens: " + hashes(each.getKey()) + "\n"
                        + each.getValue().indent(4))
                .collect(Collectors.joining());
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, "identities:\n" + entries);
            return Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private List<String> hashes(String name) {
        return tokens.getOrDefault(name, List.of(name)).stream()
                .map(token -> TokenHash.of(tokenOf(token)).hex())
                .toList();
    }
}
