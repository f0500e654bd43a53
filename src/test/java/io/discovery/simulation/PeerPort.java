package io.discovery.simulation;

import static io.discovery.simulation.Timeline.SECOND;

import io.discovery.model.Comparison;
import io.discovery.model.Registration;
import io.discovery.registry.MissingMember;
import io.discovery.registry.PeerCopies;
import io.discovery.registry.ReadCopy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A member's peers, with their read copies: what HazelcastPeerCopies and PeerLosses are in the product. */
final class PeerPort implements PeerCopies {

    private static final long DIGESTS_PATIENCE = SECOND;
    private static final long MISSING_PATIENCE = SECOND;
    private static final long PATIENCE = 5 * SECOND;

    private final Member member;

    PeerPort(Member member) {
        this.member = member;
    }

    private List<Member> peers() {
        return member.group().members().stream()
                .filter(other -> other != member)
                .toList();
    }

    /** Returns the members that peers miss. */
    List<MissingMember> missing() {
        List<List<MissingMember>> answers = new ArrayList<>();
        List<Member> peers = peers();
        peers.forEach(peer ->
                member.network().ask(member, peer, () -> peer.parts().missing.tell(), answers::add));
        member.await(() -> answers.size() == peers.size(), MISSING_PATIENCE);
        return answers.stream().flatMap(List::stream).toList();
    }

    @Override
    public int count() {
        return member.group().size() - 1;
    }

    @Override
    public Map<String, long[]> digests(Comparison comparison) {
        Map<String, long[]> digests = new HashMap<>();
        List<Member> peers = peers();
        peers.forEach(peer -> member.network()
                .ask(member, peer, () -> peer.copy().digests(comparison), sums -> digests.put(peer.id(), sums)));
        member.await(() -> digests.size() == peers.size(), DIGESTS_PATIENCE);
        return new HashMap<>(digests);
    }

    @Override
    public List<Answer> differing(Comparison comparison, List<Question> questions) {
        List<Answer> answers = new ArrayList<>();
        for (Question question : questions) {
            peers().stream()
                    .filter(peer -> peer.id().equals(question.peer()))
                    .forEach(peer -> member.network()
                            .ask(member, peer, () -> answer(peer.copy(), comparison, question), answers::add));
        }
        member.await(() -> answers.size() == questions.size(), PATIENCE);
        return List.copyOf(answers);
    }

    private static Answer answer(ReadCopy copy, Comparison comparison, Question question) {
        Set<Long> known = new HashSet<>(question.known());
        List<Registration> differing = new ArrayList<>();
        question.buckets().stream()
                .forEach(bucket -> copy.inBucket(bucket).forEach(registration -> {
                    if (comparison.includes(registration) && !known.contains(registration.copyDigest())) {
                        differing.add(registration);
                    }
                }));
        return new Answer(question.peer(), differing, true);
    }
}
