package io.discovery;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.directory.Snapshot;
import io.discovery.directory.Subscriptions;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a merge to the end of a comparison that began after it, nobody hears anything of this member. */
class CatchingUpTest {

    private static final long NOW = 1_000_000;

    private final Readiness readiness = new Readiness();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, () -> NOW);
    private final Subscriptions subscriptions = new Subscriptions(directory, () -> NOW);
    private final CatchingUp catchingUp = new CatchingUp(readiness, subscriptions);
    private final List<Integer> told = new ArrayList<>();

    @BeforeEach
    void open() {
        readiness.enter(Readiness.Phase.WARMING);
        readiness.enter(Readiness.Phase.OPEN);
        subscriptions.subscribe(new ServiceName("svc"), this::tell);
        subscriptions.look();
        told.clear();
    }

    private void tell(Snapshot snapshot) {
        told.add(snapshot.listings().size());
    }

    @Test
    void withoutAMergeNothingIsRefused() {
        assertThat(catchingUp.comparing(() -> 7, whole -> true)).isEqualTo(7);
        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void aListThatIsBeingPutTogetherIsTakenForTheWholeByNobody() {
        catchingUp.merged();
        assertThat(readiness.whyNoReads()).contains("merged");

        catchingUp.comparing(
                () -> {
                    learn(1);
                    subscriptions.look();
                    assertThat(readiness.whyNoReads()).isNotNull();
                    learn(2);
                    return true;
                },
                whole -> true);
        assertThat(told).isEmpty();
        assertThat(readiness.whyNoReads()).isNull();

        subscriptions.look();
        assertThat(told).containsExactly(2);
    }

    @Test
    void aComparisonThatBeganBeforeTheMergeIsNotEnough() {
        catchingUp.comparing(
                () -> {
                    catchingUp.merged();
                    return true;
                },
                whole -> true);
        assertThat(readiness.whyNoReads()).isNotNull();

        catchingUp.comparing(() -> true, whole -> true);
        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void aComparisonThatFailsIsNotEnough() {
        catchingUp.merged();
        assertThatThrownBy(() -> catchingUp.comparing(
                        () -> {
                            throw new IllegalStateException("no answer");
                        },
                        whole -> true))
                .isInstanceOf(IllegalStateException.class);

        assertThat(readiness.whyNoReads()).isNotNull();
        assertThat(subscriptions.isHeld()).isTrue();
    }

    @Test
    void aComparisonThatLacksAPeersAnswerIsNotEnough() {
        catchingUp.merged();

        catchingUp.comparing(() -> 1, silentPeers -> silentPeers == 0);
        assertThat(readiness.whyNoReads()).isNotNull();

        catchingUp.comparing(() -> 0, silentPeers -> silentPeers == 0);
        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void aMemberThatHasNotOpenedYetSaysWhyItIsNot() {
        Readiness starting = new Readiness();
        starting.enter(Readiness.Phase.WARMING);
        new CatchingUp(starting, subscriptions).merged();
        assertThat(starting.whyNoReads()).isEqualTo("loading the registry");

        starting.enter(Readiness.Phase.OPEN);
        assertThat(starting.whyNoReads()).contains("merged");
    }

    private void learn(int host) {
        directory.merge(registered(key("svc", host), new Version(NOW, host)));
    }
}
