package io.discovery.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.process.FileReload;
import io.discovery.testing.CapturedLog;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestAuthority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsReloadTest {

    private final Instant end = Instant.now().plus(60, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    Path dir;

    @AutoClose
    private final CapturedLog log = CapturedLog.of(TlsReload.class);

    @AutoClose
    private final CapturedLog faults = CapturedLog.of(FileReload.class);

    private TestAuthority authority;
    private Issued issued;
    private Instant now = Instant.now();
    private TlsReload<MutualTls> reload;

    @BeforeEach
    void begin() {
        authority = new TestAuthority(dir, "authority");
        issued = authority.issue("one", Form.member().ending(end));
        reload = new TlsReload<>(
                new MemberCertificate(issued.certificate(), issued.key(), issued.authority(), "discovery"), () -> now);
    }

    @Test
    void filesThatStayAreNotReadAgain() {
        MutualTls first = reload.current();

        reload.look();

        assertThat(reload.current()).isSameAs(first);
    }

    @Test
    void newFilesAreUsed() {
        authority.issue("one", Form.member().ending(end.plusSeconds(3_600)));

        reload.look();

        assertThat(reload.current().expiries(now)).extracting(Expiry::end).containsExactly(end.plusSeconds(3_600));
        assertThat(reload.isBroken()).isFalse();
    }

    @Test
    void filesThatCannotBeUsedLeaveTheOldInUse() throws IOException {
        MutualTls first = reload.current();
        Files.writeString(issued.key(), "nothing");

        reload.look();

        assertThat(reload.current()).isSameAs(first);
        assertThat(reload.isBroken()).isTrue();
        assertThat(faults.messages())
                .singleElement()
                .asString()
                .contains("what was read before stays in use", "holds no private key");

        authority.issue("one", Form.member().ending(end));
        reload.look();
        assertThat(reload.isBroken()).isFalse();
        assertThat(reload.current()).isNotSameAs(first);
    }

    /** A copy ends half way, for example, because a disk is full. */
    @Test
    void aRevocationListThatIsCutOffLeavesTheOldInUse() throws IOException {
        MutualTls first = reload.current();
        String list = authority.revocations(issued);
        Files.writeString(authority.file(), authority.text() + list.substring(0, list.length() / 2));

        reload.look();

        assertThat(reload.current()).isSameAs(first);
        assertThat(reload.isBroken()).isTrue();
        assertThat(faults.messages())
                .singleElement()
                .asString()
                .contains("what was read before stays in use", authority.file() + " holds -----BEGIN X509 CRL");
    }

    /** A deploy replaces one file after the other. */
    @Test
    void aKeyThatComesAfterItsCertificateIsWaitedFor() throws IOException {
        byte[] oldKey = Files.readAllBytes(issued.key());
        Issued next = authority.issue("one", Form.member().ending(end.plusSeconds(60)));
        byte[] newKey = Files.readAllBytes(next.key());
        Files.write(issued.key(), oldKey);
        reload.look();
        assertThat(reload.isBroken()).isTrue();

        Files.write(issued.key(), newKey);
        reload.look();

        assertThat(reload.isBroken()).isFalse();
        assertThat(reload.current().expiries(now)).extracting(Expiry::end).containsExactly(end.plusSeconds(60));
    }

    /** Rights and networks come back without a change of the file. */
    @Test
    void filesThatCannotBeUsedAreTriedAgainAndSaidOnce() throws IOException {
        byte[] key = Files.readAllBytes(issued.key());
        FileTime written = Files.getLastModifiedTime(issued.key());
        Files.write(issued.key(), new byte[key.length]);
        Files.setLastModifiedTime(
                issued.key(), FileTime.from(written.toInstant().plusSeconds(1)));
        reload.look();
        assertThat(reload.isBroken()).isTrue();

        Files.write(issued.key(), key);
        Files.setLastModifiedTime(
                issued.key(), FileTime.from(written.toInstant().plusSeconds(1)));
        reload.look();
        assertThat(reload.isBroken()).isTrue();
        now = now.plusSeconds(5);
        reload.look();

        assertThat(reload.isBroken()).isFalse();
        assertThat(faults.messages()).singleElement().asString().contains("holds no private key");
    }

    @Test
    void theLogSaysOnceADayThatACertificateEndsSoon() {
        now = end.minus(Duration.ofDays(31));
        reload.look();
        assertThat(log.messages()).isEmpty();

        now = end.minus(Duration.ofDays(30));
        reload.look();
        reload.look();
        assertThat(log.messages()).singleElement().asString().contains("expires at " + end);

        now = end.minus(Duration.ofDays(29));
        reload.look();
        assertThat(log.messages()).hasSize(2);
        assertThat(reload.secondsLeft()).hasValue(Duration.ofDays(29).toSeconds());
    }

    @Test
    void theLogSaysThatACertificateHasEnded() {
        now = end.plusSeconds(1);

        reload.look();

        assertThat(log.messages()).singleElement().asString().contains("expired at " + end);
        assertThat(reload.secondsLeft()).hasValue(-1);
    }

    @Test
    void aStartWithoutItsFilesFails() {
        MemberCertificate gone =
                new MemberCertificate(dir.resolve("gone"), issued.key(), issued.authority(), "discovery");

        assertThatThrownBy(() -> new TlsReload<>(gone, () -> now))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("gone cannot be read");
    }
}
