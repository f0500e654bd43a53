package io.discovery.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.auth.AuthException.TooManyRequests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RequestLimitsTest {

    private static final Client ANONYMOUS = Client.anonymous(Grants.WRITE_ALL);

    private long nanos;
    private final Identities identities = AuthFile.identities(Path.of("auth.yaml"), """
            limits: {reads: 2, writes: 1, streams: 1}
            identities:
              - {name: web, tokens: [%s], read: ["*"]}
              - {name: agents, tokens: [%s], write: ["*"], limits: {writes: 10}}
            """.formatted(
                    TokenHash.of("web").hex(), TokenHash.of("agents").hex()));

    private final RequestLimits limits = new RequestLimits(() -> identities, () -> nanos);

    private static String address() {
        return "127.0.0.2";
    }

    private Client client(String token) {
        return Objects.requireNonNull(identities.byToken(TokenHash.of(token)));
    }

    @Test
    void aSecondsWorthMayComeAtOnceAndThenTheRate() {
        read(client("web"), 2);
        assertRefused(() -> limits.read(client("web"), RequestLimitsTest::address), "given more reads than 2 a second");

        nanos += Duration.ofMillis(500).toNanos();
        read(client("web"), 1);
        assertRefused(() -> limits.read(client("web"), RequestLimitsTest::address), "reads");

        nanos += Duration.ofHours(1).toNanos();
        read(client("web"), 2);
        assertRefused(() -> limits.read(client("web"), RequestLimitsTest::address), "reads");
    }

    private void read(Client client, int times) {
        for (int i = 0; i < times; i++) {
            limits.read(client, RequestLimitsTest::address);
        }
    }

    @Test
    void anIdentityHasOneShareWhereverItComesFrom() {
        limits.write(client("web"), RequestLimitsTest::address, 1);

        assertRefused(() -> limits.write(client("web"), () -> "127.0.0.3", 1), "writes");
    }

    @Test
    void eachAddressWithoutAnIdentityHasAShare() {
        limits.write(ANONYMOUS, RequestLimitsTest::address, 1);

        assertRefused(() -> limits.write(ANONYMOUS, RequestLimitsTest::address, 1), "writes");
        limits.write(ANONYMOUS, () -> "127.0.0.3", 1);
        limits.write(client("web"), RequestLimitsTest::address, 1);
    }

    /** A limit that is not named is none. */
    @Test
    void anIdentityMayHaveLimitsOfItsOwn() {
        limits.write(client("agents"), RequestLimitsTest::address, 1);
        limits.write(client("agents"), RequestLimitsTest::address, 1);
        read(client("agents"), 1_000);
    }

    @Test
    void aLargeRequestIsPaidByALongerWait() {
        limits.write(client("agents"), RequestLimitsTest::address, 1);
        limits.write(client("agents"), RequestLimitsTest::address, 99);

        assertThatThrownBy(() -> limits.write(client("agents"), RequestLimitsTest::address, 1))
                .isInstanceOfSatisfying(
                        TooManyRequests.class,
                        refusal -> assertThat(refusal.retrySeconds()).isEqualTo(9));
        nanos += Duration.ofSeconds(10).toNanos();
        limits.write(client("agents"), RequestLimitsTest::address, 1);
    }

    @Test
    void streamsCountAsLongAsTheyAreOpen() {
        limits.streamBegan(client("web"), RequestLimitsTest::address);
        assertRefused(() -> limits.streamBegan(client("web"), RequestLimitsTest::address), "one stream more than 1");
        limits.streamBegan(ANONYMOUS, RequestLimitsTest::address);

        limits.streamEnded(client("web"), RequestLimitsTest::address);

        limits.streamBegan(client("web"), RequestLimitsTest::address);
    }

    /** An attacker may have a whole network of addresses. */
    @Test
    void aMillionAddressesTakeBoundedMemory() {
        for (int address = 0; address < 1_000_000; address++) {
            String each = "2001:db8::" + Integer.toHexString(address);
            limits.read(ANONYMOUS, () -> each);
        }

        assertThat(limits.addresses()).isLessThanOrEqualTo(100_000);
    }

    private static void assertRefused(Runnable request, String why) {
        assertThatThrownBy(request::run).isInstanceOf(TooManyRequests.class).hasMessageContaining(why);
    }
}
