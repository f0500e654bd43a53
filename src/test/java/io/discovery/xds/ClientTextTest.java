package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientTextTest {

    @Test
    void aTextIsCutToItsLongest() {
        assertThat(ClientText.cut("x".repeat(1_000))).isEqualTo("x".repeat(1_000));
        assertThat(ClientText.cut("x".repeat(1_001))).isEqualTo("x".repeat(1_000) + "...");
    }

    @Test
    void theTextsOfANodeCountWithTheirObjects() {
        assertThat(new ClientNode("edge", "c", "envoy").bytes()).isEqualTo(3 * 56 + 4 + 1 + 5);
    }

    /** Java keeps texts of Latin-1 in one byte for each character. */
    @Test
    void aCharacterBeyondLatin1MakesAllTakeTwoBytes() {
        assertThat(ClientText.characterBytes("a\u00ff")).isEqualTo(2);
        assertThat(ClientText.characterBytes("a\u0100")).isEqualTo(4);
    }
}
