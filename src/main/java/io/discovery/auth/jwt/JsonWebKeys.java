package io.discovery.auth.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.discovery.auth.jwt.JsonWebKey.UnusableKeyException;
import java.util.ArrayList;
import java.util.List;

/**
 * The public keys of an issuer (JWKS: RFC 7517, section 5). Immutable.
 *
 * @param usable in the order of the text
 * @param ignored the others, each with the reason
 */
record JsonWebKeys(List<JsonWebKey> usable, List<String> ignored) {

    static final JsonWebKeys NONE = new JsonWebKeys(List.of(), List.of());

    /** Bytes of a text; one key with a chain of certificates takes some 5 kB. */
    static final int MOST_BYTES = 1 << 20;

    private static final int MOST_KEYS = 100;

    JsonWebKeys {
        usable = List.copyOf(usable);
        ignored = List.copyOf(ignored);
    }

    /**
     * Reads the text of an issuer.
     *
     * @throws KeysUnusableException if it has another form, too many keys, or none that verifies tokens
     */
    static JsonWebKeys parse(byte[] text) {
        ObjectNode set = StrictJson.parse(text)
                .orElseThrow(() -> new KeysUnusableException(
                        text.length + " bytes that are no JSON object, expected {\"keys\": [...]}"));
        JsonNode keys = set.path("keys");
        if (!keys.isArray() || keys.size() > MOST_KEYS) {
            throw new KeysUnusableException(
                    keys.isArray()
                            ? keys.size() + " keys, expected at most " + MOST_KEYS
                            : "a JSON object without keys, expected {\"keys\": [...]}");
        }
        List<JsonWebKey> usable = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        for (JsonNode key : keys) {
            try {
                usable.add(JsonWebKey.of(key));
            } catch (UnusableKeyException unusable) {
                ignored.add("the key "
                        + TokenRefusedException.quoted(key.path("kid").asText()) + " " + unusable.getMessage());
            }
        }
        if (usable.isEmpty()) {
            throw new KeysUnusableException("no key that verifies tokens, expected one at least; " + ignored);
        }
        return new JsonWebKeys(usable, ignored);
    }

    boolean isEmpty() {
        return usable.isEmpty();
    }

    /** Returns the keys that have an id. */
    List<JsonWebKey> withId(String id) {
        return usable.stream().filter(key -> id.equals(key.id())).toList();
    }

    /** Returns the keys that allow an algorithm. */
    List<JsonWebKey> allowing(SignatureAlgorithm algorithm) {
        return usable.stream().filter(key -> key.allows(algorithm)).toList();
    }
}
