package io.discovery.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.discovery.json.JsonText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** An issuer of tokens (JWT) with real keys, which sit in a file or are served by {@link TestKeyServer}. */
public final class TestIssuer {

    public static final String NAME = "https://issuer.example";
    public static final String AUDIENCE = "discovery";

    private static final int RSA_BITS = 2_048;
    private static final int OCTET = 8;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** The keys by their ids, in the order in which they came. */
    private final Map<String, Key> keys = new LinkedHashMap<>();

    /** A pair of keys and the algorithm that the issuer uses it with. */
    private record Key(KeyPair pair, String algorithm) {}

    /** Creates an issuer with a key for each of these algorithms, whose id is the algorithm's name. */
    public TestIssuer(String... algorithms) {
        Arrays.stream(algorithms).forEach(algorithm -> add(algorithm, algorithm));
    }

    /** Adds a new key, or replaces the one with this id. */
    public void add(String id, String algorithm) {
        keys.put(id, new Key(newKeys(algorithm), algorithm));
    }

    public void remove(String id) {
        keys.remove(id);
    }

    public PublicKey publicKey(String id) {
        return key(id).pair().getPublic();
    }

    private Key key(String id) {
        return keys.computeIfAbsent(id, missing -> {
            throw new IllegalArgumentException("the key '" + missing + "', expected one of " + keys.keySet());
        });
    }

    /** Returns the text of its public keys. */
    public String jwks() {
        return jwks(key -> {});
    }

    /** Returns the text of its public keys, each changed. */
    public String jwks(Consumer<Map<String, Object>> change) {
        List<Map<String, Object>> all =
                keys.keySet().stream().map(id -> jwk(id, change)).toList();
        return JsonText.write(Map.of("keys", all));
    }

    private Map<String, Object> jwk(String id, Consumer<Map<String, Object>> change) {
        Map<String, Object> jwk = new LinkedHashMap<>();
        jwk.put("use", "sig");
        jwk.put("kid", id);
        jwk.put("alg", key(id).algorithm());
        jwk.putAll(parts(publicKey(id)));
        change.accept(jwk);
        return jwk;
    }

    /** Replaces a file with the text of its public keys, as a deploy does. */
    public Path write(Path file) {
        return write(file, jwks());
    }

    public static Path write(Path file, String text) {
        try {
            Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text);
            return Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Returns the claims of a token that counts for an hour; they may be changed. */
    public static Map<String, Object> claims(Instant now) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", NAME);
        claims.put("aud", AUDIENCE);
        claims.put("sub", "system:serviceaccount:shop:payments");
        claims.put("iat", now.getEpochSecond());
        claims.put("nbf", now.getEpochSecond());
        claims.put("exp", now.plusSeconds(3_600).getEpochSecond());
        return claims;
    }

    /** Returns a token that names its key. */
    public String token(String id, Map<String, Object> claims) {
        String header = JsonText.write(Map.of("alg", key(id).algorithm(), "kid", id));
        return token(id, header, JsonText.write(claims));
    }

    /** Returns a token of any texts, signed by a key. */
    public String token(String id, String header, String claims) {
        String signed = base64(header) + "." + base64(claims);
        return signed + "." + BASE64.encodeToString(signature(id, signed));
    }

    /** Returns the signature of a text by a key. */
    public byte[] signature(String id, String signed) {
        try {
            Signature signature = signer(key(id).algorithm());
            signature.initSign(key(id).pair().getPrivate());
            signature.update(signed.getBytes(US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException(unsupported);
        }
    }

    public static String base64(String text) {
        return BASE64.encodeToString(text.getBytes(UTF_8));
    }

    private static Signature signer(String algorithm) throws GeneralSecurityException {
        String digest = algorithm.substring(2);
        return switch (algorithm.substring(0, 2)) {
            case "RS" -> Signature.getInstance("SHA" + digest + "withRSA");
            case "ES" -> Signature.getInstance("SHA" + digest + "withECDSAinP1363Format");
            case "PS" -> {
                Signature pss = Signature.getInstance("RSASSA-PSS");
                pss.setParameter(new PSSParameterSpec(
                        "SHA-" + digest,
                        "MGF1",
                        new MGF1ParameterSpec("SHA-" + digest),
                        Integer.parseInt(digest) / OCTET,
                        1));
                yield pss;
            }
            default -> Signature.getInstance("EdDSA");
        };
    }

    private static KeyPair newKeys(String algorithm) {
        try {
            KeyPairGenerator generator = switch (algorithm) {
                case "ES256" -> onCurve("secp256r1");
                case "ES384" -> onCurve("secp384r1");
                case "ES512" -> onCurve("secp521r1");
                case "EdDSA" -> KeyPairGenerator.getInstance("Ed25519");
                default -> ofLength(RSA_BITS);
            };
            return generator.generateKeyPair();
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException(unsupported);
        }
    }

    private static KeyPairGenerator onCurve(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator;
    }

    private static KeyPairGenerator ofLength(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator;
    }

    /** Returns what makes a public key in RFC 7518, section 6, and RFC 8037. */
    public static Map<String, Object> parts(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return Map.of("kty", "RSA", "n", unsigned(rsa.getModulus(), 0), "e", unsigned(rsa.getPublicExponent(), 0));
        }
        if (key instanceof ECPublicKey ec) {
            int bits = ec.getParams().getCurve().getField().getFieldSize();
            int length = (bits + OCTET - 1) / OCTET;
            return Map.of(
                    "kty",
                    "EC",
                    "crv",
                    "P-" + bits,
                    "x",
                    unsigned(ec.getW().getAffineX(), length),
                    "y",
                    unsigned(ec.getW().getAffineY(), length));
        }
        byte[] encoded = key.getEncoded();
        int length = ((EdECPublicKey) key).getParams().getName().equals("Ed25519") ? 32 : 57;
        byte[] point = Arrays.copyOfRange(encoded, encoded.length - length, encoded.length);
        return Map.of("kty", "OKP", "crv", "Ed25519", "x", BASE64.encodeToString(point));
    }

    private static String unsigned(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        byte[] shortest = Arrays.copyOfRange(bytes, from, bytes.length);
        byte[] padded = new byte[Math.max(length, shortest.length)];
        System.arraycopy(shortest, 0, padded, padded.length - shortest.length, shortest.length);
        return BASE64.encodeToString(padded);
    }
}
