package io.discovery.auth.jwt;

import static io.discovery.auth.jwt.TokenRefusedException.malformed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a token in JWS's compact form (RFC 7515, section 7.1). The claims stay bytes until the signature is
 * verified: no text that a stranger made is read any further than it must be.
 *
 * @param algorithm the header's {@code alg}
 * @param keyId the header's {@code kid}, if it has one
 * @param signed the bytes that are signed
 * @param claims the bytes of the claims, not yet parsed
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared, and gone when the token is verified.
record CompactToken(String algorithm, @Nullable String keyId, byte[] signed, byte[] claims, byte[] signature) {

    /** Ten times the size of a Kubernetes token, and as much as a request's head has room for. */
    static final int LONGEST = 8 * 1_024;

    private static final int PARTS = 3;

    /** @throws TokenRefusedException if the text is no token, or needs a reader that knows more than this one */
    static CompactToken parse(String token) {
        if (token.length() > LONGEST) {
            throw malformed("a token of " + token.length() + " characters, expected at most " + LONGEST);
        }
        String[] parts = token.split("\\.", PARTS + 1);
        if (parts.length != PARTS) {
            throw malformed("a token of " + parts.length + " parts, expected " + PARTS);
        }
        ObjectNode header = StrictJson.parse(decoded(parts[0], "header"))
                .orElseThrow(() -> malformed("a header that is no JSON object, or has a name twice"));
        if (header.has("crit")) {
            throw malformed("a header with extensions that must be understood (crit), expected none");
        }
        JsonNode algorithm = header.path("alg");
        if (!algorithm.isTextual()) {
            throw malformed("a header without an algorithm (alg)");
        }
        return new CompactToken(
                algorithm.textValue(),
                keyId(header.path("kid")),
                token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII),
                decoded(parts[1], "claims"),
                decoded(parts[2], "signature"));
    }

    private static @Nullable String keyId(JsonNode keyId) {
        if (!keyId.isMissingNode() && !keyId.isTextual()) {
            throw malformed("a header whose key id (kid) is no text");
        }
        return keyId.textValue();
    }

    /** Decodes a part. Its text is the only one for its bytes: no padding, no bits that say nothing. */
    private static byte[] decoded(String part, String name) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(part);
            if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
                return bytes;
            }
        } catch (IllegalArgumentException noBase64) {
            // Refused below, like other spellings. The message of the cause would quote the part.
        }
        throw malformed("a token whose " + name + " is not in base64url without padding");
    }
}
