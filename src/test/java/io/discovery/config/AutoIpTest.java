package io.discovery.config;

import static io.discovery.config.ReadSettings.faults;
import static io.discovery.config.ReadSettings.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.IpAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AUTO_IP_CIDRS: the networks whose addresses are taken from connections. */
class AutoIpTest {

    @ParameterizedTest
    @CsvSource({
        "192.168.0.0/16, 192.168.255.255, true",
        "192.168.0.0/16, 192.169.0.0, false",
        "192.168.0.0/16, fd00::1, false",
        "10.1.2.3/32, 10.1.2.3, true",
        "10.1.2.3/32, 10.1.2.2, false",
        "10.255.255.255/8, 10.0.0.1, true",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "128.0.0.0/1, 255.0.0.1, true",
        "fd00::/8, fdff::1, true",
        "fd00::/8, fe00::1, false",
        "::/0, ::1, true",
        "'10.0.0.0/8, fd00::/8', fd00::1, true",
        "'10.0.0.0/8,fd00::/8', 10.0.0.1, true"
    })
    void autoIpTakesAddressesOfItsNetworks(String networks, String address, boolean taken) {
        Cidrs cidrs = read("AUTO_IP_CIDRS=" + networks).http().autoIp();

        assertThat(cidrs.contains(new IpAddress(address))).isEqualTo(taken);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.168.0.0",
                "192.168.0.0/",
                "192.168.0.0/33",
                "192.168.0/16",
                "192.168.0.256/16",
                "fd00::/129",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/9999",
                "localhost/8",
                "10.0.0.0/8,nonsense",
                "10.0.0.0/8,,10.0.0.0/8"
            })
    void whatIsNoNetworkIsAFault(String networks) {
        assertThat(faults("AUTO_IP_CIDRS=" + networks))
                .containsExactly("AUTO_IP_CIDRS: given '" + networks
                        + "', expected networks such as 192.168.0.0/16, comma separated");
    }
}
