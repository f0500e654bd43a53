package io.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.RegistryException.NotReady;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReadinessTest {

    private final Readiness readiness = open();

    private static Readiness open() {
        Readiness readiness = new Readiness();
        readiness.enter(Readiness.Phase.OPEN);
        return readiness;
    }

    @Test
    void whatIsReadWhileNothingHappensIsGiven() {
        readiness.hinder("a merge");
        readiness.allow();

        assertThat(readiness.<String>read(() -> "all")).isEqualTo("all");
    }

    /** As after a standstill: what is read then is read by leases that have ended. */
    @Test
    void whatIsReadWhenReadsHaveComeToBeRefusedIsGivenToNobody() {
        AtomicBoolean isAsleep = new AtomicBoolean();
        readiness.hinderWhenever(() -> isAsleep.get() ? "stood still" : null);

        assertThatThrownBy(() -> readiness.read(() -> {
                    isAsleep.set(true);
                    return "part";
                }))
                .isInstanceOf(NotReady.class)
                .hasMessageContaining("stood still");
    }

    @Test
    void whatIsReadWhileOthersBringTheirPartIsGivenToNobody() {
        assertThatThrownBy(() -> readiness.read(() -> {
                    readiness.hinder("learning");
                    readiness.allow();
                    return "part";
                }))
                .isInstanceOf(NotReady.class);
    }
}
