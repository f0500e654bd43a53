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

    private static final ClientSource HERE = from("127.0.0.2");

    private long nanos;
    private final Identities identities = AuthFile.identities(Path.of("auth.yaml"), """
            limits: {reads: 2, writes: 1, streams: 1}
            identities:
              - {name: web, tokens: [%s], read: ["*"]}
              - {name: agents, tokens: [%s], write: ["*"], limits: {writes: 10}}
            """.formatted(
                    TokenHash.of("web").hex(), TokenHash.of("agents").hex()));

    private final RequestLimits limits = new RequestLimits(() -> identities, () -> nanos);

    private static ClientSource from(String network) {
        return new ClientSource() {
            @Override
            public String network() {
                return network;
            }

            @Override
            public boolean isGone() {
                return false;
            }
        };
    }

    private Client client(String token) {
        return Objects.requireNonNull(identities.byToken(TokenHash.of(token)));
    }

    @Test
    void aSecondsWorthMayComeAtOnceAndThenTheRate() {
        read(client("web"), 2);
        assertRefused(() -> limits.read(client("web"), HERE), "given more reads than 2 a second");

        nanos += Duration.ofMillis(500).toNanos();
        read(client("web"), 1);
        assertRefused(() -> limits.read(client("web"), HERE), "reads");

        nanos += Duration.ofHours(1).toNanos();
        read(client("web"), 2);
        assertRefused(() -> limits.read(client("web"), HERE), "reads");
    }

    private void read(Client client, int times) {
        for (int i = 0; i < times; i++) {
            limits.read(client, HERE);
        }
    }

    @Test
    void anIdentityHasOneShareWhereverItComesFrom() {
        limits.write(client("web"), HERE);

        assertRefused(() -> limits.write(client("web"), from("127.0.0.3")), "writes");
    }

    @Test
    void eachAddressWithoutAnIdentityHasAShare() {
        limits.write(ANONYMOUS, HERE);

        assertRefused(() -> limits.write(ANONYMOUS, HERE), "writes");
        limits.write(ANONYMOUS, from("127.0.0.3"));
        limits.write(client("web"), HERE);
    }

    /** A limit that is not named is none. */
    @Test
    void anIdentityMayHaveLimitsOfItsOwn() {
        limits.write(client("agents"), HERE);
        limits.write(client("agents"), HERE);
        read(client("agents"), 1_000);
    }

    @Test
    void aLargeRequestIsPaidByALongerWait() {
        limits.write(client("agents"), HERE);
        limits.moreWrites(client("agents"), HERE, 99);

        assertThatThrownBy(() -> limits.write(client("agents"), HERE))
                .isInstanceOfSatisfying(
                        TooManyRequests.class,
                        refusal -> assertThat(refusal.retrySeconds()).isEqualTo(9));
        nanos += Duration.ofSeconds(10).toNanos();
        limits.write(client("agents"), HERE);
    }

    /** Otherwise a client with one write a second could never send several in one request. */
    @Test
    void aLargeRequestIsTakenHoweverSmallTheRate() {
        limits.write(client("web"), HERE);
        limits.moreWrites(client("web"), HERE, 19);

        assertThatThrownBy(() -> limits.write(client("web"), HERE))
                .isInstanceOfSatisfying(
                        TooManyRequests.class,
                        refusal -> assertThat(refusal.retrySeconds()).isEqualTo(20));
    }

    /** Their heads came together, and their bodies after them. */
    @Test
    void ofManyLargeRequestsAtOnceOneIsTaken() {
        limits.write(client("agents"), HERE);
        limits.write(client("agents"), HERE);
        limits.moreWrites(client("agents"), HERE, 999);

        assertRefused(() -> limits.moreWrites(client("agents"), HERE, 999), "given more writes than 10 a second");

        nanos += Duration.ofSeconds(90).toNanos();
        assertRefused(() -> limits.write(client("agents"), HERE), "writes");
        nanos += Duration.ofSeconds(10).toNanos();
        limits.write(client("agents"), HERE);
    }

    @Test
    void streamsCountAsLongAsTheyAreOpen() {
        limits.streamBegan(client("web"), HERE);
        assertRefused(() -> limits.streamBegan(client("web"), HERE), "one stream more than 1");
        limits.streamBegan(ANONYMOUS, HERE);

        limits.streamEnded(client("web"), HERE);

        limits.streamBegan(client("web"), HERE);
    }

    /** An attacker may have a whole network of addresses. */
    @Test
    void aMillionAddressesTakeBoundedMemory() {
        for (int address = 0; address < 1_000_000; address++) {
            String each = "2001:db8::" + Integer.toHexString(address);
            limits.read(ANONYMOUS, from(each));
        }

        assertThat(limits.addresses()).isLessThanOrEqualTo(100_000);
    }

    private static void assertRefused(Runnable request, String why) {
        assertThatThrownBy(request::run).isInstanceOf(TooManyRequests.class).hasMessageContaining(why);
    }
}
