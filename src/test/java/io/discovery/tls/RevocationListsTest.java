package io.discovery.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestAuthority.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several revocation lists of one authority, of which Java by itself would look at any one. */
class RevocationListsTest {

    /** Java's choice goes by the bytes of a list: so many lists leave none to chance. */
    private static final int LISTS = 8;

    private final Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    Path dir;

    private Instant now = begun;
    private TestAuthority authority;
    /** An authority with the same name and another key. */
    private TestAuthority next;

    private Issued judge;
    private Issued shown;
    private MutualTls peer;

    @BeforeEach
    void issue() throws IOException {
        authority = new TestAuthority(dir, "authority");
        next = new TestAuthority(Files.createDirectory(dir.resolve("next")), "authority");
        judge = authority.issue("judge", Form.member());
        shown = authority.issue("shown", Form.member());
        peer = of(shown).current();
    }

    @Test
    void aListMadeInAdvanceReplacesTheOneBeforeItWhenItBegins() throws IOException {
        Instant begin = begun.plus(5, ChronoUnit.DAYS);
        for (int n = 0; n < LISTS; n++) {
            now = begun;
            TlsReload<MutualTls> reload = judging(
                    authority.text(),
                    authority.revocationsBetween(begun.minus(1, ChronoUnit.DAYS), begun.plus(10, ChronoUnit.DAYS)),
                    authority.revocationsBetween(
                            begin, begun.plus(15, ChronoUnit.DAYS).plusSeconds(n), shown));
            assertAccepted(reload);

            now = begin.plus(1, ChronoUnit.DAYS);

            assertRefused(reload, "is revoked");
        }
    }

    @Test
    void eachListInForceIsLookedAt() throws IOException {
        for (int n = 0; n < LISTS; n++) {
            Instant end = begun.plus(5, ChronoUnit.DAYS).plusSeconds(n);

            assertRefused(
                    judging(authority.text(), authority.revocations(), authority.revocationsOfUsers(end, shown)),
                    "is revoked");
        }
    }

    @Test
    void theListOfAnotherKeyDoesNotStandIn() throws IOException {
        String both = authority.text() + next.text();
        for (int n = 0; n < LISTS; n++) {
            Instant end = begun.plus(5, ChronoUnit.DAYS).plusSeconds(n);

            assertRefused(judging(both, authority.revocations(shown), next.revocationsUntil(end)), "is revoked");
        }
    }

    /** An authority with a new key may name the certificates of the old one in its new list alone. */
    @Test
    void aCertificateThatAnyListNamesIsRefused() throws IOException {
        TestAuthority last = new TestAuthority(Files.createDirectory(dir.resolve("last")), "authority");
        String all = authority.text() + next.text() + last.text();
        Instant sooner = begun.minus(2, ChronoUnit.DAYS);
        Instant later = begun.minus(1, ChronoUnit.DAYS);
        Instant end = begun.plus(5, ChronoUnit.DAYS);

        assertRefused(judging(all, authority.revocations(), next.revocations(shown)), "is revoked");
        assertRefused(
                judging(all, next.revocationsBetween(sooner, end, shown), last.revocationsBetween(later, end)),
                "is revoked");
        assertRefused(
                judging(all, next.revocationsBetween(later, end, shown), last.revocationsBetween(sooner, end)),
                "is revoked");
    }

    @Test
    void aListOfAPartCoversThatPartAlone() throws IOException {
        Instant end = begun.plus(5, ChronoUnit.DAYS);
        TestAuthority between = authority.between("between");
        MutualTls below = of(between.issue("below", Form.member())).current();
        assertAccepted(judging(authority.text(), authority.revocationsOfUsers(end)));

        peer = below;
        assertRefused(
                judging(authority.text(), authority.revocationsOfUsers(end), between.revocations()),
                "is covered by no revocation list in force");
    }

    /** At a resumption Java looks at no list, and the certificates above the peer's are not known. */
    @Test
    void aCertificateThatWasAcceptedIsRefusedWhenTheListsChangeByTime() throws Exception {
        Instant begin = begun.plus(5, ChronoUnit.DAYS);
        Instant end = begun.plus(8, ChronoUnit.DAYS);
        X509Certificate accepted = new JcaX509CertificateConverter().getCertificate(shown.holder());
        Path file = Files.writeString(
                dir.resolve("lists"),
                authority.text()
                        + authority.revocationsUntil(begin.plus(1, ChronoUnit.DAYS))
                        + authority.revocationsBetween(begin, end, judge));
        RevocationLists lists = Authorities.of(PemFile.read(file), () -> begun).revocations();

        assertThat(lists.whyRefused(List.of(accepted), begin)).isNull();
        assertThat(lists.whyRefused(List.of(accepted), end.plusSeconds(1)))
                .isEqualTo("its certificate is covered by no revocation list in force");
        X509Certificate named = new JcaX509CertificateConverter().getCertificate(judge.holder());
        assertThat(lists.whyRefused(List.of(named), begun)).isNull();
        assertThat(lists.whyRefused(List.of(named), begin))
                .isEqualTo("its certificate is revoked, or that of its authority");
        TestAuthority between = authority.between("between");
        Issued below = between.issue("below", Form.member());
        List<X509Certificate> chain = PemFile.read(below.certificate()).certificates();
        Path later = Files.writeString(
                dir.resolve("later"),
                authority.text()
                        + authority.revocations()
                        + between.revocations()
                        + authority.revocationsOf(between, begin, end));
        RevocationLists ofBoth =
                Authorities.of(PemFile.read(later), () -> begun).revocations();
        assertThat(ofBoth.whyRefused(chain, begun)).isNull();
        assertThat(ofBoth.whyRefused(chain, begin)).isEqualTo("its certificate is revoked, or that of its authority");
        assertThat(RevocationLists.NONE.whyRefused(List.of(accepted), begun)).isNull();
    }

    /** Operators fetch lists from anywhere: who sends them one could shut out all others. */
    @Test
    void aListThatAStrangerHasSignedNamesNobody() throws IOException {
        TestAuthority between = authority.between("between");
        TestAuthority stranger = new TestAuthority(Files.createDirectory(dir.resolve("stranger")), "between");
        Issued below = between.issue("below", Form.member());
        peer = of(below).current();

        assertAccepted(
                judging(authority.text(), authority.revocations(), between.revocations(), stranger.revocations(below)));
        assertAccepted(
                judging(authority.text(), authority.revocations(), between.revocations(), next.revocations(below)));
        assertRefused(
                judging(
                        authority.text(),
                        authority.revocations(),
                        between.revocationsBetween(begun.minusSeconds(60), begun.plus(5, ChronoUnit.DAYS), below),
                        stranger.revocationsAs(between, begun)),
                "is revoked");
    }

    @Test
    void anAuthorityOfTheFileThatAListNamesLaterIsRefused() throws IOException {
        TestAuthority between = authority.between("between");
        peer = of(between.issue("below", Form.member())).current();
        Instant begin = begun.plus(5, ChronoUnit.DAYS);
        TlsReload<MutualTls> reload = judging(
                authority.text(),
                between.text(),
                authority.revocations(),
                between.revocations(),
                authority.revocationsOf(between, begin, begun.plus(9, ChronoUnit.DAYS)));
        assertAccepted(reload);

        now = begin;

        assertRefused(reload, "the certificate of CN=between is revoked");
    }

    /** The new key's list lacks what the old key has revoked since. */
    @Test
    void theListOfAnotherKeyDoesNotCoverAfterTheEndOfTheOwn() throws IOException {
        Instant end = begun.plus(5, ChronoUnit.DAYS);
        TlsReload<MutualTls> reload =
                judging(authority.text(), next.text(), authority.revocationsUntil(end), next.revocations());
        assertAccepted(reload);

        now = end.plusSeconds(1);

        assertRefused(reload, "is covered by no revocation list in force");
    }

    /** Without numbers nothing tells which of the two is the later. */
    @Test
    void ofTwoListsThatBeganAtOneTimeEachCounts() throws IOException {
        Instant end = begun.plus(5, ChronoUnit.DAYS);
        String naming = authority.revocationsBetween(begun, end, shown);
        String other = authority.revocationsBetween(begun, end);

        assertRefused(judging(authority.text(), naming, other), "is revoked");
        assertRefused(judging(authority.text(), other, naming), "is revoked");
    }

    @Test
    void aListCoversNothingFromItsEndOn() throws IOException {
        Instant end = begun.plus(5, ChronoUnit.DAYS);
        TlsReload<MutualTls> reload = judging(authority.text(), authority.revocationsUntil(end));
        now = end;
        assertAccepted(reload);

        now = end.plusMillis(1);

        assertRefused(reload, "is covered by no revocation list in force");
    }

    /** Java takes the authorities of the file at their word, and looks at no list for them. */
    @Test
    void aFileWithAnAuthorityThatItsListNamesIsRefused() {
        TestAuthority between = authority.between("between");

        assertThatThrownBy(() -> judging(
                        authority.text(), between.text(), authority.revocationsOf(between), between.revocations()))
                .isInstanceOf(TlsException.class)
                .hasMessage(
                        judge.authority() + " holds the certificate of CN=between and a revocation list that names it,"
                                + " expected the file without that certificate");
    }

    /** An authority that has a new key may sign one list for the certificates of both. */
    @Test
    void theListOfANewKeyCountsForTheOldOneThatHasNone() throws IOException {
        String both = authority.text() + next.text();
        assertAccepted(judging(both, next.revocations()));
        assertRefused(judging(both, next.revocations(shown)), "is revoked");
    }

    /** The server could let in whom the file shuts out, or keep all handshakes waiting. */
    @Test
    void noServerIsAskedForAList() throws IOException {
        AtomicInteger questions = new AtomicInteger();
        TestAuthority other = new TestAuthority(dir, "other");
        byte[] list = other.revocations().getBytes(US_ASCII);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            questions.incrementAndGet();
            exchange.sendResponseHeaders(200, list.length);
            exchange.getResponseBody().write(list);
            exchange.close();
        });
        server.start();
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/list.crl";
            Issued asking = other.issue("asking", Form.member().withListAt(address));
            Files.writeString(asking.authority(), other.text() + authority.text());
            peer = of(asking).current();

            assertRefused(
                    judging(authority.text(), other.text(), authority.revocations()),
                    "is covered by no revocation list in force");
            assertRefused(
                    judging(
                            authority.text(),
                            other.text(),
                            authority.revocations(),
                            other.revocationsOfPart("http://127.0.0.1/other.crl", begun.plus(1, ChronoUnit.DAYS))),
                    "is covered by no revocation list in force");
            assertThat(questions).hasValue(0);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aFileWhoseOnlyListHasYetToBeginIsRefused() throws IOException {
        Instant begin = begun.plus(1, ChronoUnit.HOURS);
        String list = authority.revocationsBetween(begin, begin.plus(1, ChronoUnit.DAYS));

        assertThatThrownBy(() -> judging(authority.text(), list))
                .isInstanceOf(TlsException.class)
                .hasMessage(judge.authority() + " holds a revocation list of CN=authority that begins at " + begin
                        + ", expected a current one");
    }

    /** A peer may show the certificates of authorities between as it likes, and this one signs no lists. */
    @Test
    void eachCertificateOfAPathNeedsAList() throws IOException {
        TestAuthority between = authority.between("between");
        peer = of(between.issue("below", Form.member())).current();

        assertRefused(judging(authority.text(), authority.revocations()), "is covered by no revocation list in force");
        assertAccepted(judging(authority.text(), authority.revocations(), between.revocations()));
    }

    /** Returns the TLS of a member that judges others by these authorities and lists. */
    private TlsReload<MutualTls> judging(String... authorities) throws IOException {
        Files.writeString(judge.authority(), String.join("", authorities));
        return of(judge);
    }

    private TlsReload<MutualTls> of(Issued issued) {
        return new TlsReload<>(
                new MemberCertificate(issued.certificate(), issued.key(), issued.authority(), "discovery"), () -> now);
    }

    private void assertAccepted(TlsReload<MutualTls> judging) {
        assertThatCode(() -> SelfHandshake.run(peer.dial(), judging.current().accept()))
                .doesNotThrowAnyException();
    }

    private void assertRefused(TlsReload<MutualTls> judging, String why) {
        assertThatThrownBy(
                        () -> SelfHandshake.run(peer.dial(), judging.current().accept()))
                .hasStackTraceContaining(why);
    }
}
