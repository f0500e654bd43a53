package io.discovery.reconciliation;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Buckets;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Comparison;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures.HandClock;
import io.discovery.registry.Fixtures.PlainCopy;
import io.discovery.registry.PeerCopies;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A member's copy beside those of its peers, in one process. */
class PeerReconciliationTest {

    private final HandClock clock = new HandClock(1);
    private final PlainCopy copy = new PlainCopy();
    private final Peers peers = new Peers();
    private final PeerReconciliation reconciliation =
            new PeerReconciliation(peers, copy, clock, LEASE, (registrations, merging) -> merging.run());

    /** Copies of other members, with the questions that they got. */
    private static final class Peers implements PeerCopies {
        final Map<String, PlainCopy> copies = new LinkedHashMap<>();
        int silent;
        /** The number of answers after which all fall silent. */
        int patience = Integer.MAX_VALUE;

        boolean isWhole = true;
        Runnable onAnswer = () -> {};
        final List<Collection<Registration>> answers = new ArrayList<>();

        PlainCopy add(String peer) {
            return copies.computeIfAbsent(peer, name -> new PlainCopy());
        }

        @Override
        public int count() {
            return copies.size() + silent;
        }

        @Override
        public Map<String, long[]> digests(Comparison comparison) {
            Map<String, long[]> digests = new HashMap<>();
            copies.forEach((peer, held) -> digests.put(peer, held.digests(comparison)));
            return digests;
        }

        @Override
        public List<Answer> differing(Comparison comparison, List<Question> questions) {
            return questions.stream()
                    .limit(patience)
                    .map(question -> new Answer(question.peer(), answer(comparison, question), isWhole))
                    .toList();
        }

        private List<Registration> answer(Comparison comparison, Question question) {
            Set<Long> alike = Set.copyOf(question.known());
            List<Registration> answer = add(question.peer()).known.values().stream()
                    .filter(registration -> question.buckets().get(Buckets.of(registration.key())))
                    .filter(comparison::includes)
                    .filter(registration -> !alike.contains(registration.copyDigest()))
                    .toList();
            answers.add(answer);
            onAnswer.run();
            return answer;
        }
    }

    @Test
    void aMemberLearnsWhatEachPeerHasNewer() {
        Registration old = both(registered(key("payments", 1), clock.next()), peers.add("a"));
        Registration newer = registered(old.key(), clock.next());
        Registration other = registered(key("orders", 2), clock.next());
        peers.add("a").merge(newer);
        peers.add("b").merge(other);

        assertThat(reconciliation.round()).isEqualTo(new PeerReconciliation.Result(2, 0, 0));

        assertThat(copy.known.values()).containsExactlyInAnyOrder(newer, other);
    }

    /** A member that read a row of the table gives its host more time; a peer that took the check-in knows better. */
    @Test
    void aMemberLearnsThatACheckInHasNoGrace() {
        Registration taken = registered(key("payments", 1), clock.next());
        peers.add("a").merge(taken);
        copy.merge(taken.withGrace(12 * SECOND));

        assertThat(reconciliation.round()).isEqualTo(new PeerReconciliation.Result(1, 0, 0));

        assertThat(copy.known.values()).containsExactly(taken);
        assertThat(reconciliation.round().isEqual()).isTrue();
    }

    @Test
    void onlyWhatDiffersTravels() {
        for (int n = 0; n < 5_000; n++) {
            both(registered(key("payments", n), clock.next()), peers.add("a"));
        }
        Registration changed = registered(key("payments", 7), clock.next());
        peers.add("a").merge(changed);

        assertThat(reconciliation.round().learned()).isEqualTo(1);

        assertThat(peers.answers).containsExactly(List.of(changed));
        assertThat(reconciliation.round().isEqual()).isTrue();
    }

    @Test
    void whatAPeerLacksOrHasOlderIsLeftToThePeer() {
        Registration ours = registered(key("payments", 1), clock.next());
        copy.merge(ours);
        peers.add("a");

        assertThat(reconciliation.round().learned()).isZero();

        assertThat(copy.known.values()).containsExactly(ours);
    }

    @Test
    void whatPeersHoldAlikeIsAskedOfOneOfThem() {
        Registration held = registered(key("payments", 1), clock.next());
        peers.add("a").merge(held);
        peers.add("b").merge(held);
        peers.add("c").merge(held);

        assertThat(reconciliation.round()).isEqualTo(new PeerReconciliation.Result(1, 0, 0));

        assertThat(peers.answers).containsExactly(List.of(held));
    }

    @Test
    void muchIsAskedForInPieces() {
        for (int n = 0; n < 20_000; n++) {
            peers.add("a").merge(registered(key("payments", n), clock.next()));
        }

        assertThat(reconciliation.round().learned()).isEqualTo(20_000);

        assertThat(peers.answers).allMatch(answer -> answer.size() < 2_000);
    }

    @Test
    void whatIsAboutToBeForgottenIsNoDifference() {
        peers.add("a").merge(registered(key("payments", 1), clock.next()));
        clock.now.addAndGet(LEASE.retentionMicros() - 29 * SECOND);

        assertThat(reconciliation.round().isEqual()).isTrue();
    }

    /** Its removal at this member would lose until that time has come. */
    @Test
    void whatAPeersClockWroteThatRanAheadIsLeftToTheMap() {
        Registration ours = both(registered(key("payments", 1), clock.next()), peers.add("a"));
        clock.now.addAndGet(61 * SECOND);
        peers.add("a").merge(registered(ours.key(), clock.next()));
        clock.now.addAndGet(-61 * SECOND);

        assertThat(reconciliation.round().learned()).isZero();

        assertThat(copy.known.values()).containsExactly(ours);
    }

    @Test
    void aPeerThatDoesNotAnswerMayDiffer() {
        peers.silent = 1;

        assertThat(reconciliation.round()).isEqualTo(new PeerReconciliation.Result(0, 1, 0));
        assertThat(reconciliation.round().isEqual()).isFalse();
    }

    @Test
    void whatAPeerToldBeforeItFellSilentCounts() {
        for (int n = 0; n < 20_000; n++) {
            peers.add("a").merge(registered(key("payments", n), clock.next()));
        }
        peers.patience = 1;

        PeerReconciliation.Result result = reconciliation.round();

        assertThat(result.learned()).isPositive().isLessThan(20_000);
        assertThat(result.unfinished()).isOne();
    }

    @Test
    void aPeerThatHasNotToldAllMayDiffer() {
        peers.add("a").merge(registered(key("payments", 1), clock.next()));
        peers.isWhole = false;

        assertThat(reconciliation.round()).isEqualTo(new PeerReconciliation.Result(1, 1, 0));
    }

    private Registration both(Registration registration, PlainCopy peer) {
        copy.merge(registration);
        peer.merge(registration);
        return registration;
    }

    /** Else lists would lack hosts of the other half of a split until the map has brought the last of them. */
    @Test
    void hostsThatAreUnknownComeInOneGoHoweverFarAheadAPeersClockIs() {
        Registration ahead = registered(key("payments", 1), new Version(clock.now.get() + 3_600 * SECOND, 1));
        peers.add("a").merge(ahead);

        assertThat(reconciliation.round()).isEqualTo(new PeerReconciliation.Result(1, 0, 0));
        assertThat(copy.known.values()).containsExactly(ahead.clampedTo(clock.nowMicros()));

        clock.now.addAndGet(SECOND);
        assertThat(reconciliation.round())
                .as("its lease is not made longer again and again")
                .isEqualTo(new PeerReconciliation.Result(0, 0, 0));
    }

    @Test
    void aHostThatAnotherPeerHasRemovedIsNotUnknown() {
        Registration ahead = registered(key("payments", 1), new Version(clock.now.get() + 3_600 * SECOND, 1));
        peers.add("a").merge(ahead);
        Registration there = registered(ahead.key(), clock.next());
        Registration removed = removed(there);
        peers.add("b").merge(removed);

        reconciliation.round();

        assertThat(copy.known.values()).containsExactly(removed);
    }

    /** Once the time of what it wrote came, that would be news to all. */
    @Test
    void whoseClockIsFarAheadTakesWhatThePeersHaveInstead() {
        clock.leadMicros = 3_600 * SECOND;
        Registration wrong = registered(key("payments", 1), clock.next());
        Registration alone = registered(key("payments", 2), clock.next());
        copy.merge(wrong);
        copy.merge(alone);
        Registration removed = removed(registered(wrong.key(), new Version(clock.clusterMicros() - SECOND, 2)));
        peers.add("a").merge(removed);
        peers.add("b").merge(wrong);

        assertThat(reconciliation.round().learned()).isOne();

        assertThat(copy.known.values()).containsExactlyInAnyOrder(removed, alone);
        assertThat(reconciliation.round().isEqual())
                .as("although another's is as wrong")
                .isTrue();
        assertThat(copy.known.values()).containsExactlyInAnyOrder(removed, alone);
    }

    /** A change of what is ahead has to be ahead too. */
    @Test
    void whoseClockIsRightKeepsWhatIsAhead() {
        Registration ahead = registered(key("payments", 1), new Version(clock.now.get() + 3_600 * SECOND, 2));
        copy.merge(ahead);
        peers.add("a").merge(registered(ahead.key(), clock.next()));

        assertThat(reconciliation.round()).isEqualTo(new PeerReconciliation.Result(0, 0, 0));

        assertThat(copy.known.values()).containsExactly(ahead);
    }

    /** The member that changed it may have learned of it before this one. */
    @Test
    void aChangeAfterTheRoundBeganWinsOverWhatCountsAsWrittenNow() {
        Registration ahead = registered(key("payments", 1), new Version(clock.now.get() + 3_600 * SECOND, 1));
        peers.add("a").merge(ahead);
        PlainCopy elsewhere = new PlainCopy();
        peers.onAnswer = () -> elsewhere.merge(removed(registered(ahead.key(), clock.next())));

        reconciliation.round();
        Registration removed = Objects.requireNonNull(elsewhere.find(ahead.key()));
        copy.merge(removed);

        assertThat(copy.known.values()).containsExactly(removed);
    }

    private Registration removed(Registration registered) {
        Version later = new Version(registered.lastVersion().micros() + 1, 2);
        Outcome removal = new Change.Deregister(registered.key(), later, LEASE).applyTo(registered);
        return ((Outcome.Applied) removal).registration();
    }

    /** The map has it in a state that is not ahead, if it has it. */
    @Test
    void aHostThatHasLapsedHereAndIsAheadIsCounted() {
        Registration ours = registered(key("payments", 1), clock.next());
        copy.merge(ours);
        clock.now.addAndGet(LEASE.ttlMicros() + SECOND);
        peers.add("a").merge(registered(ours.key(), new Version(clock.now.get() + 61 * SECOND, 1)));

        assertThat(reconciliation.round()).isEqualTo(new PeerReconciliation.Result(0, 0, 1));
        assertThat(copy.known.values()).containsExactly(ours);
    }
}
