package io.discovery.auth.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.impl.jose.JWK;
import java.security.PublicKey;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A public key of an issuer (RFC 7517), and the algorithms that it may be used with: the one that the issuer says, or all
 * that fit its type.
 *
 * @param id its {@code kid}, if it has one
 */
record JsonWebKey(@Nullable String id, PublicKey key, Set<SignatureAlgorithm> algorithms) {

    private static final Set<String> TYPES = Set.of("RSA", "EC", "OKP");
    /** Members that make a public key. Others, such as certificates (x5c), do not count. */
    private static final List<String> PUBLIC = List.of("kty", "n", "e", "crv", "x", "y");

    JsonWebKey {
        algorithms = Set.copyOf(algorithms);
    }

    /** The reason for which a key is not used. */
    static final class UnusableKeyException extends Exception {

        private static final long serialVersionUID = 1L;

        UnusableKeyException(String message) {
            super(message);
        }
    }

    static JsonWebKey of(JsonNode json) throws UnusableKeyException {
        if (!(json instanceof ObjectNode object)) {
            throw new UnusableKeyException("is no JSON object");
        }
        require(TYPES.contains(text(object, "kty")), "is of type " + text(object, "kty") + ", expected RSA, EC or OKP");
        // A key that all may read, and sign by.
        require(!object.has("d"), "has a private part, expected a public key alone");
        require(!object.has("use") || text(object, "use").equals("sig"), "is not for signatures");
        require(!object.has("key_ops") || isForVerification(object.path("key_ops")), "is not for verification");
        PublicKey key = publicKey(object);
        Set<SignatureAlgorithm> algorithms = algorithms(object, key);
        require(!algorithms.isEmpty(), "fits no algorithm that is allowed for it");
        return new JsonWebKey(object.path("kid").textValue(), key, algorithms);
    }

    private static void require(boolean holds, String otherwise) throws UnusableKeyException {
        if (!holds) {
            throw new UnusableKeyException(otherwise);
        }
    }

    private static String text(ObjectNode object, String name) {
        return TokenRefusedException.cut(object.path(name).asText());
    }

    private static boolean isForVerification(JsonNode operations) {
        return StreamSupport.stream(operations.spliterator(), false)
                .anyMatch(operation -> operation.asText().equals("verify"));
    }

    private static PublicKey publicKey(ObjectNode object) throws UnusableKeyException {
        JsonObject parts = new JsonObject();
        PUBLIC.forEach(name -> {
            if (object.path(name).isTextual()) {
                parts.put(name, object.path(name).textValue());
            }
        });
        try {
            PublicKey key = new JWK(parts).publicKey();
            require(key != null, "has not all parts of a public key");
            return key;
        } catch (RuntimeException broken) {
            throw new UnusableKeyException("cannot be read: " + TokenRefusedException.cut(broken.toString()));
        }
    }

    private static Set<SignatureAlgorithm> algorithms(ObjectNode object, PublicKey key) {
        EnumSet<SignatureAlgorithm> algorithms = EnumSet.noneOf(SignatureAlgorithm.class);
        Stream.of(SignatureAlgorithm.values())
                .filter(algorithm -> !object.has("alg")
                        || algorithm.name().equals(object.path("alg").asText()))
                .filter(algorithm -> algorithm.fits(key))
                .forEach(algorithms::add);
        return algorithms;
    }

    boolean allows(SignatureAlgorithm algorithm) {
        return algorithms.contains(algorithm);
    }
}
