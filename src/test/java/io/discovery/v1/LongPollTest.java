package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.RegistryException.InvalidParameter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LongPollTest {

    @Test
    void aWaitIsInMillisecondsSecondsOrMinutesAndWithoutAUnitInSeconds() {
        assertThat(LongPoll.of("wait=500ms&index=a")).isEqualTo(new LongPoll(Duration.ofMillis(500), "a"));
        assertThat(LongPoll.of("index=a&wait=30s")).isEqualTo(new LongPoll(Duration.ofSeconds(30), "a"));
        assertThat(LongPoll.of("wait=2m&index=a")).isEqualTo(new LongPoll(Duration.ofMinutes(2), "a"));
        assertThat(LongPoll.of("wait=7&index=a")).isEqualTo(new LongPoll(Duration.ofSeconds(7), "a"));
    }

    @Test
    void aLongerWaitCountsAsFiveMinutes() {
        for (String wait : new String[] {"5m", "301s", "10m", "999999999", "999999999m"}) {
            assertThat(LongPoll.of("wait=" + wait + "&index=a"))
                    .as(wait)
                    .isEqualTo(new LongPoll(Duration.ofMinutes(5), "a"));
        }
    }

    @Test
    void withoutOneOfBothNothingWaits() {
        for (String query : new String[] {"", "wait=30s", "index=a", "waits=30s&index=a", "wait=0&index=a", "a=b"}) {
            assertThat(LongPoll.of(query)).as(query).isNull();
        }
        assertThat(LongPoll.of(null)).isNull();
    }

    @Test
    void theFirstOfARepeatedParameterCountsAndPercentSignsAreDecoded() {
        assertThat(LongPoll.of("wait=%33s&wait=4s&index=%61&index=b"))
                .isEqualTo(new LongPoll(Duration.ofSeconds(3), "a"));
    }

    /** A text that was no index before is none now: the client gets the list. */
    @Test
    void anIndexMayBeAnything() {
        assertThat(LongPoll.of("wait=1s&index=")).isEqualTo(new LongPoll(Duration.ofSeconds(1), ""));
        assertThat(LongPoll.of("wait=1s&index=%zz")).isEqualTo(new LongPoll(Duration.ofSeconds(1), "%zz"));
    }

    @Test
    void aWaitThatIsNoneIsRefusedWithOrWithoutAnIndex() {
        for (String wait : new String[] {"", "abc", "-1", "1.5s", "1h", "30%20s", "30+s", "1000000000", "%zz", "s"}) {
            for (String index : new String[] {"", "&index=a"}) {
                assertThatThrownBy(() -> LongPoll.of("wait=" + wait + index))
                        .as(wait)
                        .isInstanceOf(InvalidParameter.class)
                        .hasMessageStartingWith("wait: given '")
                        .hasMessageContaining("expected a time such as 30s");
            }
        }
    }
}
