package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostAddressTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1, 10.0.0.1",
        "10.0.0.1:9000, 10.0.0.1, 10.0.0.1:9000",
        "::1, ::1, ::1",
        "[::1], ::1, ::1",
        "[::1]:9000, ::1, [::1]:9000",
        "2001:db8::10.0.0.1, 2001:db8::10.0.0.1, 2001:db8::10.0.0.1",
    })
    void formsThatToolsShowAreTaken(String given, String ip, String shown) {
        HostAddress address = HostAddress.parse(given);

        assertThat(address.ip()).isEqualTo(ip);
        assertThat(address).hasToString(shown);
    }

    @Test
    void aPortMeansThatPortAlone() {
        assertThat(HostAddress.parse("10.0.0.1:80").includesPort("80")).isTrue();
        assertThat(HostAddress.parse("10.0.0.1:80").includesPort("8080")).isFalse();
        assertThat(HostAddress.parse("10.0.0.1").includesPort("8080")).isTrue();
    }
}
