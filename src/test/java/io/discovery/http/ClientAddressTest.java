package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.config.Cidrs;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** X-Forwarded-For: the addresses that proxies add to it, and those that clients invent. */
class ClientAddressTest {

    private static final Cidrs PROXIES =
            Cidrs.parse("10.0.0.0/8, fd00::/8, fe80::/10").orElseThrow();

    /** Seed: ProxyFix, which trusts one proxy, whichever it is. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        -                                 | 127.0.0.1      | 127.0.0.1
        ''                                | 127.0.0.1      | 127.0.0.1
        ', ,'                             | 127.0.0.1      | 127.0.0.1
        192.0.2.1                         | 127.0.0.1      | 192.0.2.1
        '192.0.2.1, 192.0.2.2'            | 127.0.0.1      | 192.0.2.2
        '192.0.2.1,192.0.2.2 , ,'         | 127.0.0.1      | 192.0.2.2
        '192.0.2.1, unknown'              | 127.0.0.1      | unknown
        '192.0.2.1, ::FFFF:192.0.2.2'     | 127.0.0.1      | ::FFFF:192.0.2.2
        -                                 | fe80:0:0:0:0:0:0:1%eth0 | fe80:0:0:0:0:0:0:1%eth0
        """)
    void withoutTrustedProxiesTheLastWordCountsWhateverItIs(String header, String peer, String client) {
        assertThat(new ClientAddress(header, peer, 4000, Cidrs.NONE).text()).isEqualTo(client);
    }

    /** Any client can write the header. */
    @ParameterizedTest
    @CsvSource({"192.0.2.9, 192.0.2.9", "2001:db8:0:0:0:0:0:9, 2001:db8::9", "fe80:0:0:0:0:0:0:1%eth0, fe80::1", "'',''"
    })
    void withoutTrustedProxiesTheConnectionAloneProvesAnAddress(String peer, String proven) {
        assertThat(new ClientAddress("192.0.2.1", peer, 4000, Cidrs.NONE).proven())
                .isEqualTo(proven);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        # No proxy: the header is the client's invention.
        -                                 | 192.0.2.9      | 192.0.2.9
        192.0.2.1                         | 192.0.2.9      | 192.0.2.9
        10.0.0.1                          | 192.0.2.9      | 192.0.2.9
        192.0.2.1                         | 2001:db8:0:0:0:0:0:9 | 2001:db8::9
        192.0.2.1                         | ''             | ''
        # One proxy, whose own word is the last.
        192.0.2.1                         | 10.0.0.1       | 192.0.2.1
        '198.51.100.1, 192.0.2.1'         | 10.0.0.1       | 192.0.2.1
        '10.9.9.9, 192.0.2.1'             | 10.0.0.1       | 192.0.2.1
        'nonsense, 192.0.2.1'             | 10.0.0.1       | 192.0.2.1
        '192.0.2.1 , ,'                   | 10.0.0.1       | 192.0.2.1
        # Several.
        '198.51.100.1,192.0.2.1,10.0.0.2' | 10.0.0.1       | 192.0.2.1
        '192.0.2.1, 10.0.0.3, fd00::2'    | 10.0.0.1       | 192.0.2.1
        '10.0.0.4, 10.0.0.3, 10.0.0.2'    | 10.0.0.1       | 10.0.0.4
        -                                 | 10.0.0.1       | 10.0.0.1
        ', ,'                             | 10.0.0.1       | 10.0.0.1
        # A word that is no address ends the walk.
        unknown                           | 10.0.0.1       | 10.0.0.1
        '192.0.2.1, unknown, 10.0.0.2'    | 10.0.0.1       | 10.0.0.2
        192.0.2.1:80                      | 10.0.0.1       | 10.0.0.1
        [2001:db8::1]                     | 10.0.0.1       | 10.0.0.1
        192.0.2.01                        | 10.0.0.1       | 10.0.0.1
        192.0.2.1%eth0                    | 10.0.0.1       | 10.0.0.1
        # Spellings, IPv4-mapped IPv6, and zones.
        2001:DB8:0::1                     | 10.0.0.1       | 2001:db8::1
        '192.0.2.1, ::ffff:10.0.0.2'      | 10.0.0.1       | 192.0.2.1
        ::ffff:192.0.2.1                  | 10.0.0.1       | 192.0.2.1
        192.0.2.1                         | ::ffff:10.0.0.1 | 192.0.2.1
        192.0.2.1                         | 0:0:0:0:0:ffff:a00:1 | 192.0.2.1
        192.0.2.1                         | 0:0:0:0:0:ffff:a00:1%2 | 192.0.2.1
        192.0.2.1                         | ::ffff:192.0.2.9 | 192.0.2.9
        192.0.2.1                         | fe80:0:0:0:0:0:0:1%eth0 | 192.0.2.1
        '192.0.2.1, fe80::2%eth1'         | fe80:0:0:0:0:0:0:1%eth0 | 192.0.2.1
        -                                 | fe80:0:0:0:0:0:0:1%eth0 | fe80::1
        """)
    void theClientIsTheLastOneThatIsNoTrustedProxy(String header, String peer, String client) {
        assertThat(new ClientAddress(header, peer, 4000, PROXIES).text()).isEqualTo(client);
        assertThat(new ClientAddress(header, peer, 4000, PROXIES).proven()).isEqualTo(client);
    }

    /** The port is of the other end, which may be a proxy. */
    @Test
    void aPortBelongsToTheClientAtTheOtherEnd() {
        assertThat(new ClientAddress(null, "192.0.2.1", 4000, PROXIES).endpoint())
                .isEqualTo("192.0.2.1:4000");
        assertThat(new ClientAddress("192.0.2.7", "10.0.0.1", 4000, PROXIES).endpoint())
                .isEqualTo("192.0.2.7");
        assertThat(new ClientAddress(null, "2001:db8:0:0:0:0:0:9", 4000, PROXIES).endpoint())
                .isEqualTo("[2001:db8::9]:4000");
    }

    @Test
    void aHeaderAsLongAsAHeadEndsAtItsFirstStranger() {
        String invented = "192.0.2.1,".repeat(700);

        Map.of("10.0.0.2,".repeat(700), "10.0.0.2", invented + "198.51.100.1,10.0.0.2", "198.51.100.1")
                .forEach((header, client) -> assertThat(new ClientAddress(header, "10.0.0.1", 4000, PROXIES).text())
                        .isEqualTo(client));
    }
}
