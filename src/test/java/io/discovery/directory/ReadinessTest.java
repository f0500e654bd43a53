package io.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.RegistryException.NotReady;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void aReadThatBeginsWhileReadsAreRefusedIsRefused() {
        readiness.hinder("learning");

        assertThatThrownBy(() -> readiness.read(() -> {
                    readiness.allow();
                    return "part";
                }))
                .isInstanceOf(NotReady.class)
                .hasMessageContaining("learning");
    }

    @Test
    void aPhaseSaysWhyNothingIsAnswered() {
        Readiness starting = new Readiness();
        starting.hinder("learning");
        assertThat(starting.whyNoReads()).isEqualTo("joining the cluster");
        assertThat(starting.whyNoWrites()).isEqualTo("joining the cluster");

        starting.enter(Readiness.Phase.WARMING);
        assertThat(starting.whyNoReads()).isEqualTo("loading the registry");
        assertThat(starting.whyNoWrites()).isNull();
        starting.explain("waiting for 2 members");
        assertThat(starting.whyNoReads()).isEqualTo("waiting for 2 members");
        starting.explain(null);
        assertThat(starting.whyNoReads()).isEqualTo("loading the registry");

        starting.enter(Readiness.Phase.STOPPED);
        assertThat(starting.whyNoReads()).isEqualTo("stopped");
        assertThat(starting.whyNoWrites()).isEqualTo("stopped");
    }

    @Test
    void anOpenMemberRefusesReadsWhileItIsHindered() {
        readiness.explain("loading");
        assertThat(readiness.whyNoReads()).as("it is loaded").isNull();

        readiness.hinder("learning");
        assertThat(readiness.whyNoReads()).isEqualTo("learning");
        assertThat(readiness.whyNoWrites()).isNull();
        assertThatThrownBy(readiness::requireReads).hasMessageContaining("learning");
        readiness.hinderWhenever(() -> "stood still");
        assertThat(readiness.whyNoReads()).as("newer than the other reason").isEqualTo("stood still");

        readiness.hinderWhenever(() -> null);
        readiness.allow();
        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void anOpenMemberRefusesWritesWhileItsClockIsWrong() {
        readiness.hinderWritesWhenever(() -> "its clock is wrong");

        assertThat(readiness.whyNoWrites()).isEqualTo("its clock is wrong");
        assertThat(readiness.whyNoReads()).isNull();
        assertThat(readiness.whyDrained(false)).isEqualTo("its clock is wrong");
        assertThat(readiness.whyDrained(true)).isNull();
    }

    @Test
    void aMemberIsCompleteFromOpeningAndDrainingFromItsEnd() {
        Readiness member = new Readiness();
        List<Readiness.Phase> complete = new ArrayList<>();
        List<Readiness.Phase> draining = new ArrayList<>();
        for (Readiness.Phase phase : Readiness.Phase.values()) {
            member.enter(phase);
            if (member.isComplete()) {
                complete.add(phase);
            }
            if (member.isDraining()) {
                draining.add(phase);
            }
        }

        assertThat(complete).containsExactly(Readiness.Phase.OPEN, Readiness.Phase.DRAINING, Readiness.Phase.STOPPED);
        assertThat(draining).containsExactly(Readiness.Phase.DRAINING, Readiness.Phase.STOPPED);
        assertThat(member.whyDrained(false)).isEqualTo("stopped");
    }

    /** It serves on for some seconds, with what it has learned so far. */
    @Test
    void aMemberThatStopsBeforeItIsCompleteAnswersNoReads() {
        Readiness readiness = new Readiness();
        readiness.enter(Readiness.Phase.WARMING);
        readiness.enter(Readiness.Phase.DRAINING);

        assertThat(readiness.whyNoReads()).isEqualTo("loading the registry");
        assertThat(readiness.whyNoWrites()).isNull();
        assertThat(readiness.isComplete()).isFalse();

        readiness.enter(Readiness.Phase.OPEN);
        assertThat(readiness.phase()).isEqualTo(Readiness.Phase.DRAINING);
        assertThat(readiness.whyNoReads()).as("the warm-up has ended").isNull();
        assertThat(readiness.isComplete()).isTrue();
    }

    @Test
    void aMemberThatStopsNeverOpensAgain() {
        Readiness readiness = new Readiness();
        assertThat(readiness.whyNoReads()).isEqualTo("joining the cluster");

        readiness.enter(Readiness.Phase.WARMING);
        assertThat(readiness.whyNoReads()).isNotNull();
        assertThat(readiness.whyNoWrites()).isNull();

        readiness.enter(Readiness.Phase.OPEN);
        readiness.enter(Readiness.Phase.DRAINING);
        readiness.enter(Readiness.Phase.OPEN);
        assertThat(readiness.phase()).isEqualTo(Readiness.Phase.DRAINING);
        assertThat(readiness.whyNoReads()).as("it serves on").isNull();
        assertThat(readiness.whyDrained(true)).isEqualTo("stopping");
    }
}
