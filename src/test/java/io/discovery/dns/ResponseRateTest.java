package io.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.AddressBits;
import io.discovery.model.IpAddress;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseRateTest {

    private static final long SEED = 20_261_127;
    private static final AddressBits VICTIM = bits("192.0.2.1");
    private static final AddressBits NEWCOMER = bits("198.51.100.1");

    /** Java's clock begins anywhere. */
    private long now = -TimeUnit.HOURS.toNanos(1);

    private final ResponseRate rate = new ResponseRate(() -> now, new Random(SEED));

    private static AddressBits bits(String address) {
        return AddressBits.of(new IpAddress(address));
    }

    /** Returns how many of some responses at once are admitted. */
    private int admitted(AddressBits source, int count) {
        return (int) IntStream.range(0, count).filter(n -> rate.admits(source)).count();
    }

    private void pass(int millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void aNetworkHasASecondsWorthAtOnceAndThenItsRate() {
        assertThat(admitted(VICTIM, 1_000)).isEqualTo(200);
        pass(4);
        assertThat(admitted(VICTIM, 10)).isZero();
        pass(1);
        assertThat(admitted(VICTIM, 10)).isEqualTo(1);
        pass(500);
        assertThat(admitted(VICTIM, 1_000)).isEqualTo(100);
        pass(3_600_000);
        assertThat(admitted(VICTIM, 1_000)).isEqualTo(200);
    }

    @Test
    void aFloodGetsTheRateInTheLongRun() {
        admitted(VICTIM, 1_000);

        int tenSeconds = IntStream.range(0, 10_000)
                .map(millisecond -> {
                    pass(1);
                    return admitted(VICTIM, 50);
                })
                .sum();

        assertThat(tenSeconds).isEqualTo(2_000);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0, 192.0.2.255, true",
        "192.0.2.0, 192.0.3.0, false",
        "2001:db8:1:200::, 2001:db8:1:2ff:ffff:ffff:ffff:ffff, true",
        "2001:db8:1:200::, 2001:db8:1:300::, false",
        "32.1.13.0, 2001:d00::, false"
    })
    void aNetworkSharesARate(String one, String other, boolean isShared) {
        admitted(bits(one), 1_000);

        assertThat(rate.admits(bits(other))).isEqualTo(!isShared);
    }

    /** Forged sources neither free a network that has had its share, nor keep others from theirs. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void millionsOfSourcesChangeNothingForOthers(boolean isIpv6) {
        Random random = new Random(SEED);
        admitted(VICTIM, 1_000);
        int forged = 2_000_000;
        int forgedAdmitted = 0;
        int victimAdmitted = 0;
        for (int n = 0; n < forged; n++) {
            now += TimeUnit.SECONDS.toNanos(1) / forged;
            AddressBits source = new AddressBits(
                    isIpv6 ? random.nextLong() : random.nextLong() << Integer.SIZE,
                    isIpv6 ? random.nextLong() : 0,
                    isIpv6);
            forgedAdmitted += rate.admits(source) ? 1 : 0;
            victimAdmitted += n % 1_000 == 0 && rate.admits(VICTIM) ? 1 : 0;
        }

        assertThat(forgedAdmitted).isGreaterThan(forged - 100);
        assertThat(victimAdmitted).isBetween(150, 201);
        assertThat(admitted(NEWCOMER, 10)).isEqualTo(10);
    }

    /** Where one slot of a network is flooded by others, it has another. */
    @Test
    void aThousandFloodsLeaveOthersTheirRate() {
        for (int network = 0; network < 1_000; network++) {
            admitted(new AddressBits((long) (network + 1) << 40, 0, false), 1_000);
        }
        int limited = 0;
        for (int network = 0; network < 100_000; network++) {
            AddressBits source = new AddressBits((long) (network + 1_000_000) << 40, 0, false);
            limited += rate.admits(source) ? 0 : 1;
        }

        assertThat(limited).isLessThan(100);
    }
}
