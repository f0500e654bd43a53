package io.discovery.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rule by which one member may be restarted: the others have all that it has, and serve meanwhile. */
final class RestartRule {

    private RestartRule() {}

    /**
     * Returns the reasons not to restart a member now; none if one may be restarted. A member that is away, or a half of a
     * split, sees no fault among the members that are left: so each endpoint has to answer, and to see the same ones.
     *
     * @param least the number of members that there have to be
     */
    static List<String> objections(ClusterViews cluster, int least) {
        Set<String> objections = new LinkedHashSet<>();
        cluster.silent().forEach(endpoint -> objections.add("no answer from " + endpoint));
        cluster.differing()
                .forEach(other -> objections.add(
                        other + " sees other members than " + cluster.first().from()));
        for (ClusterReport view : cluster.views()) {
            int there = view.members().size();
            if (there < least) {
                objections.add(view.from() + " sees " + there + " of " + least + " members");
            }
            objections.addAll(objections(view));
        }
        return List.copyOf(objections);
    }

    /** Returns the reasons that a member sees. */
    static List<String> objections(ClusterReport cluster) {
        List<String> objections = new ArrayList<>();
        if (cluster.members().size() < 2) {
            objections.add("there is one member alone: clients have none to ask while it restarts");
        }
        if (!cluster.partitionsSafe()) {
            objections.add("copies are still on their way between members");
        }
        cluster.silent().forEach(address -> objections.add("member " + address + " does not answer"));
        Optional<MemberReport> newest =
                cluster.answered().stream().min(Comparator.comparingLong(MemberReport::uptimeSeconds));
        boolean isMove = cluster.answered().stream()
                        .map(MemberReport::storage)
                        .distinct()
                        .count()
                > 1;
        for (MemberReport member : cluster.answered()) {
            if (!member.isReady()) {
                objections.add("member " + member.address() + " is " + member.state());
            }
            // The others would give up theirs for it. A backend that is down may be left for another one.
            if (isMove
                    && member.isBackendDown()
                    && newest.filter(to -> to.storage().equals(member.storage()))
                            .isPresent()) {
                objections.add("the members move to another backend, and " + member.storage() + " of member "
                        + member.address() + " is down");
            }
        }
        return objections;
    }
}
