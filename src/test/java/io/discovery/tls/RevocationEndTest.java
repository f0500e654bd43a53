package io.discovery.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.discovery.testing.CapturedLog;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestAuthority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A revocation list whose time ends while a member runs: Java then refuses all certificates of its authority. */
class RevocationEndTest {

    /** The difference of clocks for which a list begins sooner. */
    private static final Duration CLOCKS = Duration.ofMinutes(15);

    private final Instant certificateEnd =
            Instant.now().plus(60, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
    /** A tenth of its time is a day and half a minute. */
    private final Instant listEnd = Instant.now().plus(10, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    Path dir;

    @AutoClose
    private final CapturedLog log = CapturedLog.of(TlsReload.class);

    private TestAuthority authority;
    private TlsReload<MutualTls> reload;
    private Instant now = Instant.now();

    @BeforeEach
    void begin() throws IOException {
        authority = new TestAuthority(dir, "authority");
        Issued issued = authority.issue("one", Form.member().ending(certificateEnd));
        Files.writeString(authority.file(), authority.text() + authority.revocationsUntil(listEnd));
        reload = new TlsReload<>(
                new MemberCertificate(issued.certificate(), issued.key(), issued.authority(), "discovery"), () -> now);
    }

    @Test
    void theMetricCountsAListFromTheLastFiftiethOfItsTime() {
        now = listEnd.minus(Duration.ofHours(5));
        assertThat(reload.secondsLeft())
                .hasValue(Duration.between(now, certificateEnd).toSeconds());

        now = listEnd.minus(Duration.ofHours(4));
        assertThat(reload.secondsLeft()).hasValue(Duration.ofHours(4).toSeconds());

        now = listEnd.plusSeconds(1);
        assertThat(reload.secondsLeft()).hasValue(-1);
    }

    @Test
    void theLogSaysFromTheLastTenthOfItsTimeThatAListEnds() {
        now = listEnd.minus(Duration.ofHours(25));
        reload.look();
        assertThat(log.messages()).isEmpty();

        now = listEnd.minus(Duration.ofHours(23));
        reload.look();
        reload.look();

        assertThat(log.lines()).singleElement().returns(Level.WARN, ILoggingEvent::getLevel);
        assertThat(log.messages())
                .containsExactly("the revocation list of CN=authority in " + authority.file() + " expires at " + listEnd
                        + ": put a new one in its place, it is read without a restart");
    }

    @Test
    void theLogSaysAtOnceThatAListHasEnded() {
        now = listEnd.minusSeconds(1);
        reload.look();
        now = listEnd;
        reload.look();

        assertThat(log.lines()).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.ERROR);
        assertThat(log.messages())
                .last()
                .asString()
                .contains(
                        "the revocation list of CN=authority in " + authority.file() + " expired at " + listEnd,
                        "certificates of that authority are refused");
    }

    @Test
    void theLogSaysUntilWhenNewFilesCount() throws IOException {
        Instant next = listEnd.plusSeconds(60);
        Files.writeString(authority.file(), authority.text() + authority.revocationsUntil(next));

        reload.look();

        assertThat(log.messages())
                .singleElement()
                .asString()
                .contains(
                        "again: new connections use them",
                        "the certificate " + dir.resolve("one.pem") + " until " + certificateEnd,
                        "the revocation list of CN=authority in " + authority.file() + " until " + next);
    }

    @Test
    void ofSeveralListsTheLatestCounts() throws IOException {
        Instant next = listEnd.minusSeconds(60);
        Instant made = Instant.now().minus(3, ChronoUnit.HOURS);
        Files.writeString(
                authority.file(),
                authority.text()
                        + authority.revocationsBetween(made, made.plus(1, ChronoUnit.HOURS))
                        + authority.revocationsBetween(made.plus(2, ChronoUnit.HOURS), next)
                        + authority.revocationsBetween(made.plus(1, ChronoUnit.HOURS), listEnd));

        reload.look();
        now = next.minusSeconds(1);

        assertThat(reload.secondsLeft()).hasValue(1);
    }

    @Test
    void aListMadeInAdvanceTakesThePlaceOfTheOneThatEnds() throws IOException {
        Instant begin = listEnd.minus(1, ChronoUnit.DAYS);
        Instant next = listEnd.plus(6, ChronoUnit.DAYS);
        Files.writeString(
                authority.file(),
                authority.text() + authority.revocationsUntil(listEnd) + authority.revocationsBetween(begin, next));

        reload.look();
        now = next.minusSeconds(1);

        assertThat(reload.secondsLeft()).hasValue(1);
    }

    @Test
    void aListMadeInAdvanceThatBeginsTooLateLeavesAnEnd() throws IOException {
        Instant begin = listEnd.plus(CLOCKS).plusSeconds(1);
        Files.writeString(
                authority.file(),
                authority.text()
                        + authority.revocationsUntil(listEnd)
                        + authority.revocationsBetween(begin, begin.plus(7, ChronoUnit.DAYS)));

        reload.look();
        now = listEnd.minusSeconds(1);

        assertThat(reload.secondsLeft()).hasValue(1);
    }

    @Test
    void aListMadeInAdvanceThatEndsFirstEndsAll() throws IOException {
        Instant first = listEnd.minus(2, ChronoUnit.DAYS);
        Files.writeString(
                authority.file(),
                authority.text()
                        + authority.revocationsUntil(listEnd)
                        + authority.revocationsBetween(first.minus(3, ChronoUnit.DAYS), first));

        reload.look();
        now = first.minusSeconds(1);

        assertThat(reload.secondsLeft()).hasValue(1);
    }

    @Test
    void aListThatBeginsAfterAGapCountsFromThenOn() throws IOException {
        Instant begin = listEnd.plus(1, ChronoUnit.DAYS);
        Instant next = begin.plus(10, ChronoUnit.DAYS);
        Files.writeString(
                authority.file(),
                authority.text() + authority.revocationsUntil(listEnd) + authority.revocationsBetween(begin, next));
        reload.look();

        now = begin.minus(1, ChronoUnit.HOURS);
        assertThat(reload.secondsLeft()).hasValue(-Duration.ofHours(23).toSeconds());

        now = begin;
        assertThat(reload.secondsLeft())
                .hasValue(Duration.between(now, certificateEnd).toSeconds());
    }

    /** The member would take every certificate for good that a list of changes alone names. */
    @Test
    void aListOfChangesIsRefused() throws IOException {
        Path file = Files.writeString(authority.file(), authority.text() + authority.deltaRevocations());

        assertThatThrownBy(() -> OutgoingTls.of(file))
                .isInstanceOf(TlsException.class)
                .hasMessage(file + " holds a revocation list of CN=authority that tells only the changes since another"
                        + " one (a delta list), which Java does not use, expected whole lists");
    }

    @Test
    void aListOfAPartOfTheCertificatesThatHasEndedIsRefused() throws IOException {
        Instant ended = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
        Path file = Files.writeString(
                authority.file(),
                authority.text()
                        + authority.revocations()
                        + authority.revocationsOfPart("http://authority.example/1.crl", ended));

        assertThatThrownBy(() -> OutgoingTls.of(file)).hasMessageContaining("that ended at " + ended);
    }

    @Test
    void listsOfDifferentPartsEndEachForItself() throws IOException {
        Files.writeString(
                authority.file(),
                authority.text()
                        + authority.revocationsOfPart("http://authority.example/1.crl", listEnd)
                        + authority.revocationsOfPart("http://authority.example/2.crl", listEnd.plusSeconds(60)));

        reload.look();
        now = listEnd.minusSeconds(1);

        assertThat(reload.secondsLeft()).hasValue(1);
    }

    @Test
    void aListWithoutAnEndIsRefused() throws IOException {
        Path file = Files.writeString(authority.file(), authority.text() + authority.revocationsWithoutEnd());

        assertThatThrownBy(() -> OutgoingTls.of(file))
                .isInstanceOf(TlsException.class)
                .hasMessage(file + " holds a revocation list of CN=authority without the time of the next one"
                        + " (nextUpdate), by which Java refuses all certificates of that authority");
    }
}
