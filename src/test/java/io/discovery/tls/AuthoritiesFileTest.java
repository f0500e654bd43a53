package io.discovery.tls;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of authorities and their revocation lists: a list is read, or the file is refused. */
class AuthoritiesFileTest {

    @TempDir
    private Path dir;

    private TestAuthority authority;
    private String list;

    @BeforeEach
    void authority() {
        authority = new TestAuthority(dir, "authority");
        list = authority.revocations();
    }

    @Test
    void aListThatIsCutOffIsRefused() throws IOException {
        assertRefused(list.substring(0, list.length() / 2), "-----BEGIN X509 CRL-----");
        assertRefused(list.substring(0, list.indexOf("-----END") + 10), "-----BEGIN X509 CRL-----");
        assertRefused(list.substring(list.indexOf('\n')), "-----END X509 CRL-----");
        assertRefused(list.substring(0, list.length() / 2) + "\n" + list, "-----BEGIN X509 CRL-----");
    }

    @Test
    void aListUnderAnotherLabelIsRefused() throws IOException {
        assertRefused(list.replace("X509 CRL", "CRL"), "-----BEGIN CRL-----");
        assertRefused(list.replace("X509 CRL", "PKCS7"), "-----BEGIN PKCS7-----");
    }

    @Test
    void aListInBinaryFormIsRefused() throws IOException {
        assertRefused(der(list), "bytes that are no text");
    }

    @Test
    void aListOfAnotherEncodingIsRefused() throws IOException {
        assertRefused(list.getBytes(UTF_16LE), "bytes that are no text");
    }

    @Test
    void commentsAndKeysBesideBlocksDoNotMatter() throws IOException {
        String key = Files.readString(authority.issue("one", Form.member()).key());
        String keyWithHeaders = """
                -----BEGIN EC PARAMETERS-----
                BggqhkjOPQMBBw==
                -----END EC PARAMETERS-----
                -----BEGIN EC PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,00

                MHcC
                -----END EC PRIVATE KEY-----
                """;
        String comments = "\ufeff# -----BEGIN X509 CRL----- stands below\r\n\tFőtanúsítvány\n=====\n\f# END\n";

        assertAccepted(comments + authority.text() + key + keyWithHeaders + list);
        assertAccepted((authority.text() + list).replace("\n", "\r\n"));
        assertAccepted(authority.text().strip() + list.strip());
    }

    private void assertRefused(String more, String why) throws IOException {
        assertRefused(more.getBytes(UTF_8), why);
    }

    private void assertRefused(byte[] more, String why) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(authority.text().getBytes(UTF_8));
        bytes.writeBytes(more);
        Path file = Files.write(authority.file(), bytes.toByteArray());

        assertThatThrownBy(() -> OutgoingTls.of(file))
                .isInstanceOf(TlsException.class)
                .hasMessage(file + " holds " + why + ", expected whole blocks of -----BEGIN CERTIFICATE----- and"
                        + " -----BEGIN X509 CRL----- alone");
    }

    private void assertAccepted(String text) throws IOException {
        assertThat(OutgoingTls.of(Files.writeString(authority.file(), text))).isNotNull();
    }

    private static byte[] der(String pem) {
        return Base64.getDecoder()
                .decode(pem.lines().filter(line -> !line.startsWith("-")).collect(Collectors.joining()));
    }
}
