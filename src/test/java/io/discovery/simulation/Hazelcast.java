package io.discovery.simulation;

import static io.discovery.simulation.Timeline.MILLISECOND;
import static io.discovery.simulation.Timeline.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The membership of Hazelcast's clusters: members that hear nothing of each other part, those that hear each other
 * again merge. The members of the smaller cluster then discard their map and join the larger one as its newest.
 */
final class Hazelcast {

    private static final long LOOK = 100 * MILLISECOND;
    /** Time for which a member stands still before the others go on without it. */
    private static final long PATIENCE = 4 * SECOND;

    private final Timeline timeline;
    private final Chance chance;
    private final Network network;
    private final Story story;
    private final List<Group> groups = new ArrayList<>();

    Hazelcast(Timeline timeline, Chance chance, Network network, Story story) {
        this.timeline = timeline;
        this.chance = chance;
        this.network = network;
        this.story = story;
    }

    /** Looks at connections from now on. */
    void begin() {
        timeline.after(LOOK, this::look);
    }

    boolean isOne() {
        return groups.size() == 1 && groups.get(0).members().stream().noneMatch(Member::isMerging);
    }

    private void found(Group group) {
        groups.add(group);
        group.members().forEach(member -> member.enter(group));
        group.meet();
    }

    /** Lets a member that has started join the largest cluster that it reaches, or be one of its own. */
    void join(Member newest) {
        Group largest = null;
        for (Group group : groups) {
            boolean isOpen = group.members().stream()
                    .allMatch(member -> member.isRunning() && !member.isMerging() && network.isUp(newest, member));
            if (isOpen && (largest == null || group.size() > largest.size())) {
                largest = group;
            }
        }
        if (largest == null) {
            found(Group.of(List.of(newest)));
        } else {
            join(largest, newest);
        }
    }

    private void join(Group group, Member newest) {
        group.join(newest);
        newest.enter(group);
        group.meet();
        changed(group);
    }

    /** Tells the members of a group, each a little later, and moves its partitions. */
    private void changed(Group group) {
        group.members()
                .forEach(member -> timeline.after(
                        chance.below(20 * MILLISECOND, timeline.now(), member.number(), 2),
                        () -> member.run(member::membersChanged)));
        timeline.after(chance.between(100 * MILLISECOND, SECOND, timeline.now(), 3), () -> group.rebalance(network));
    }

    private void look() {
        List.copyOf(groups).forEach(this::bury);
        List.copyOf(groups).forEach(this::split);
        List.copyOf(groups).forEach(this::seekLarger);
        timeline.after(LOOK, this::look);
    }

    private void bury(Group group) {
        List<Member> dead =
                group.members().stream().filter(member -> !member.isAlive()).toList();
        if (dead.size() == group.size()) {
            groups.remove(group);
        } else if (!dead.isEmpty()) {
            group.bury(dead);
            changed(group);
        }
    }

    private void split(Group group) {
        List<List<Member>> parts = parts(group);
        if (parts.size() > 1) {
            groups.remove(group);
            parts.forEach(part -> {
                Group founded = group.part(part);
                found(founded);
                changed(founded);
            });
            story.tell("the cluster splits: "
                    + parts.stream().map(Hazelcast::names).collect(Collectors.joining(" | ")));
        }
    }

    private static String names(List<Member> members) {
        return members.stream().map(Member::name).collect(Collectors.joining(", "));
    }

    /** Returns the members by who hears whom; one that hears not all of a part is in another. */
    private List<List<Member>> parts(Group group) {
        List<List<Member>> parts = new ArrayList<>();
        for (Member member : group.members()) {
            List<Member> fitting = null;
            for (List<Member> part : parts) {
                if (fitting == null && part.stream().allMatch(other -> isHeard(member, other))) {
                    fitting = part;
                }
            }
            if (fitting == null) {
                fitting = new ArrayList<>();
                parts.add(fitting);
            }
            fitting.add(member);
        }
        return parts;
    }

    private boolean isHeard(Member a, Member b) {
        return !network.isGivenUp(a, b)
                && a.standstill().micros() < PATIENCE
                && b.standstill().micros() < PATIENCE;
    }

    private void seekLarger(Group group) {
        for (Group other : List.copyOf(groups)) {
            if (groups.contains(group) && isLarger(other, group) && areConnected(group, other)) {
                merge(group, other);
            }
        }
    }

    private boolean isLarger(Group larger, Group group) {
        return larger.size() > group.size()
                || larger.size() == group.size() && groups.indexOf(larger) < groups.indexOf(group);
    }

    private boolean areConnected(Group group, Group other) {
        long now = timeline.now();
        return group.members().stream()
                        .allMatch(a -> isSteady(a) && other.members().stream().allMatch(b -> network.isUp(a, b)))
                && other.members().stream().allMatch(Hazelcast::isSteady)
                && chance.happens(
                        20, now, group.oldest().number(), other.oldest().number());
    }

    private static boolean isSteady(Member member) {
        return member.isRunning() && !member.isMerging();
    }

    private void merge(Group smaller, Group larger) {
        story.tell(names(smaller.members()) + " begin" + (smaller.size() == 1 ? "s" : "") + " to merge with "
                + names(larger.members()));
        groups.remove(smaller);
        for (Member member : smaller.members()) {
            found(Group.of(List.of(member)));
            member.beginMerge();
            timeline.after(
                    chance.between(100 * MILLISECOND, SECOND, timeline.now(), member.number(), 4),
                    () -> member.run(() -> arrive(member, larger)));
        }
    }

    /** Ends a merge, well or not. */
    private void arrive(Member member, Group larger) {
        boolean isOpen = groups.contains(larger)
                && larger.members().stream().allMatch(other -> other.isRunning() && network.isUp(member, other));
        if (isOpen) {
            groups.remove(member.group());
            join(larger, member);
        }
        member.endMerge();
    }
}
