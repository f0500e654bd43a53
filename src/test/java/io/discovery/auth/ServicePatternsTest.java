package io.discovery.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServicePatternsTest {

    @ParameterizedTest
    @CsvSource({
        "payments, payments, true",
        "payments, payments2, false",
        "payments, payment, false",
        "payments, PAYMENTS, false",
        "pay*, payments, true",
        "pay*, pay, true",
        "pay*, pa, false",
        "*, anything, true"
    })
    void aStarStandsForTheRestOfAName(String pattern, String service, boolean expected) {
        ServicePatterns patterns = ServicePatterns.of(List.of("other", pattern));

        assertThat(patterns.contains(service)).isEqualTo(expected);
        assertThat(patterns.isAll()).isEqualTo(pattern.equals("*"));
    }

    /** Hosts of a service that two patterns stand for would otherwise be counted twice. */
    @Test
    void aPatternThatAnotherHoldsIsLeftOut() {
        List<String> patterns = List.of("pay*", "pay-eu*", "pay*", "payments", "pa", "orders", "p!*");

        assertThat(ServicePatterns.of(patterns))
                .isEqualTo(new ServicePatterns(Set.of("pa", "orders"), Set.of("pay", "p!")));
        assertThat(ServicePatterns.of(List.of("a", "b*", "*"))).isEqualTo(ServicePatterns.ALL);
    }

    @Test
    void aWriterMayReadToo() {
        Grants grants = new Grants(ServicePatterns.NONE, ServicePatterns.of(List.of("a")), false);

        assertThat(grants.mayRead("a")).isTrue();
        assertThat(grants.mayRead("b")).isFalse();
        assertThat(grants.mayReadAll()).isFalse();
        assertThat(grants.mayReadSome()).isTrue();
    }

    @Test
    void anAdminMayAll() {
        Grants grants = new Grants(ServicePatterns.NONE, ServicePatterns.NONE, true);

        assertThat(grants.mayRead("a")).isTrue();
        assertThat(grants.mayReadAll()).isTrue();
        assertThat(grants.mayWrite("a")).isTrue();
        assertThat(grants.mayWriteSome()).isTrue();
    }
}
