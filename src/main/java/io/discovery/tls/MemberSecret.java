package io.discovery.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * A secret that all members share, in a file. Each member makes a key of its own at each reading, and a certificate for
 * it that carries a proof made with the secret ({@link SecretProof}). A peer that checks the proof knows that whoever
 * holds the key knew the secret; nothing that a stranger can see of it is of use on another connection.
 *
 * @param file a secret a line, of {@value #SHORTEST} characters at least. This side proves itself by the first; it accepts
 *     peers that prove themselves by any, so that members can change to another secret one after the other
 */
public record MemberSecret(Path file) implements TlsSource<MutualTls> {

    /** A peer sees what it can try secrets against, without asking a member again: short ones would be found. */
    private static final int SHORTEST = 32;

    /** Secrets of a file; deriving keys takes about 100 ms for each. */
    private static final int MOST = 4;

    private static final int MOST_BYTES = 16 << 10;
    /** Distinct characters; random hexadecimal ones have more. */
    private static final int LEAST_DISTINCT = 8;

    private static final String BYTE_ORDER_MARK = "\ufeff";

    @Override
    public List<Path> files() {
        return List.of(file);
    }

    /**
     * Reads the secrets and makes a key and its certificate. Blocks, for about 100 ms a secret.
     *
     * @throws TlsException if the file cannot be read, or a secret in it is too short
     */
    @Override
    public MutualTls read(InstantSource clock) {
        List<SecretProof> proofs = secrets().stream().map(SecretProof::of).toList();
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            X509Certificate certificate =
                    SelfSignedCertificate.of(keys, proofs.get(0).of(keys.getPublic()));
            return MutualTls.of(
                    SslContextBuilder.forClient().keyManager(keys.getPrivate(), certificate),
                    SslContextBuilder.forServer(keys.getPrivate(), certificate),
                    new SecretTrust(proofs),
                    Validity.ENDLESS);
        } catch (GeneralSecurityException | SSLException unsupported) {
            throw new TlsException("this Java cannot make a certificate for the secret of " + file, unsupported);
        }
    }

    private List<String> secrets() {
        List<String> secrets;
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new TlsException(file + " has more than " + MOST_BYTES + " bytes, expected a secret a line");
            }
            String text = Files.readString(file, UTF_8);
            secrets = (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (CharacterCodingException noText) {
            throw new TlsException(file + " holds no text in UTF-8", noText);
        } catch (IOException unreadable) {
            throw new TlsException(file + " cannot be read", unreadable);
        }
        if (secrets.isEmpty() || secrets.size() > MOST) {
            throw new TlsException(
                    file + " holds " + secrets.size() + " secrets, expected 1 to " + MOST + ", each on a line");
        }
        secrets.forEach(this::check);
        return secrets;
    }

    /** Refuses what a stranger could guess. No message has the secret itself: it goes to the log. */
    private void check(String secret) {
        if (secret.length() < SHORTEST) {
            throw new TlsException(file + " holds a secret of " + secret.length() + " characters, expected " + SHORTEST
                    + " at least, such as `openssl rand -hex 32` prints");
        }
        boolean isOneWord = secret.chars().noneMatch(Character::isWhitespace);
        if (!isOneWord || secret.chars().distinct().count() < LEAST_DISTINCT) {
            throw new TlsException(file + " holds a line that is no secret: expected " + SHORTEST
                    + " random characters without spaces, such as `openssl rand -hex 32` prints, and no comments");
        }
    }
}
