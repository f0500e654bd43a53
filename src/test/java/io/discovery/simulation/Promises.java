package io.discovery.simulation;

import static io.discovery.simulation.Timeline.SECOND;

import io.discovery.directory.Listing;
import io.discovery.directory.Snapshot;
import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.discovery.simulation.Violation.Promise;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The judge of a history: it sees each change, acknowledgement, death and list as it happens, in true time. */
final class Promises {

    /** Time after which a member that refused reads may answer them without having compared copies. */
    private static final long LONGEST_DOUBT = 15 * SECOND;
    /** Greatest error of a lease beside the difference of clocks: rounding, and the time in which a clock is read. */
    private static final long TICK = SECOND / 100;

    /** Comparisons leave out registrations that are 30 s and a part of a slice from the end of their RETENTION. */
    private static final long NOT_COMPARED = 35 * SECOND;

    private final Timeline timeline;
    private final Story story;
    private final Lease lease;
    private final Acknowledgements acknowledged = new Acknowledgements();
    /** The true times at which versions were made. */
    private final Map<Version, Long> made = new HashMap<>();

    private final Map<Member, Map<InstanceKey, Registration>> seen = new HashMap<>();
    private final Map<Member, Long> judgedSince = new HashMap<>();
    private long leastError = Long.MAX_VALUE;
    private long greatestError = Long.MIN_VALUE;
    private @Nullable Violation violation;

    Promises(Timeline timeline, Story story, Lease lease) {
        this.timeline = timeline;
        this.story = story;
        this.lease = lease;
    }

    boolean isBroken() {
        return violation != null;
    }

    Optional<Violation> violation() {
        return Optional.ofNullable(violation);
    }

    Acknowledgements acknowledged() {
        return acknowledged;
    }

    void broken(Promise promise, String what) {
        if (violation == null) {
            violation = new Violation(promise, what);
            story.tell(violation.toString());
        }
    }

    Version made(Version version) {
        made.put(version, timeline.now());
        return version;
    }

    /** Reads a member's clock: leases may be off by as much as clocks differ. */
    void read(Member member) {
        long error = Machine.error(member.clock().nowMicros(), timeline.now());
        leastError = Math.min(leastError, error);
        greatestError = Math.max(greatestError, error);
    }

    /** Returns the greatest difference of clocks so far. */
    long spread() {
        return Math.max(0, greatestError - leastError) + TICK;
    }

    /** Judges what a member's copy has become. */
    void changed(Member member, Registration now) {
        Map<InstanceKey, Registration> copy = seen.computeIfAbsent(member, first -> new TreeMap<>());
        Registration before = copy.put(now.key(), now);
        if (before != null && !before.mergedInto(now).equals(now)) {
            broken(
                    Promise.REGISTERS_ADVANCE,
                    member.name() + " held " + Texts.text(before) + ", and now " + Texts.text(now)
                            + ", which is older");
        }
        CheckIn checkIn = now.checkIn();
        if (checkIn != null && !made.containsKey(checkIn.version())) {
            broken(
                    Promise.NOTHING_IS_MADE_UP,
                    member.name() + " holds a check-in that no client sent: " + Texts.text(now));
        }
    }

    /** Judges an acknowledgement as it leaves the member. */
    void acknowledged(Member member, InstanceKey key, Registration result) {
        acknowledged.add(member, key, result, timeline.now());
        if (!contains(member.copy().find(key), result)) {
            broken(
                    Promise.NOTHING_IS_LOST,
                    member.name() + " acknowledged " + Texts.text(result) + " without showing it");
        }
        judgeFreshStart(member, result);
    }

    /**
     * Judges whether a host lost weight and tags although an acknowledged report was within its lease. Members that have
     * started apart from others, and met none that knows of these, cannot know of their reports.
     */
    private void judgeFreshStart(Member member, Registration result) {
        CheckIn checkIn = result.checkIn();
        if (checkIn == null || !checkIn.version().predecessor().equals(result.deregistration())) {
            return;
        }
        Registration promised = acknowledged.promisedBefore(result.key(), timeline.now() - age(checkIn), member.met());
        CheckIn before = promised == null ? null : promised.checkIn();
        if (before == null || !checkIn.version().isAfter(before.version())) {
            return;
        }
        long silent = age(before) - age(checkIn);
        if (silent < lease.ttlMicros() - spread()) {
            broken(
                    Promise.NO_LEASE_IS_SHORT,
                    result.key() + " lost weight and tags as it reported, " + Texts.seconds(silent) + " after it had");
        }
    }

    private long age(CheckIn checkIn) {
        Long madeAt = made.get(checkIn.version());
        return madeAt == null ? Long.MAX_VALUE : timeline.now() - madeAt;
    }

    /** Judges what members lose by dying at once. */
    void died(Collection<Member> dead, Collection<Member> survivors, boolean isExcused) {
        acknowledged.forEach((key, promised) -> {
            // A replica of the map alone is no copy: what it holds goes with the owner and the backup.
            Registration left = isExcused ? copies(key, survivors) : union(key, survivors);
            if (contains(left, promised) || !isKept(promised)) {
                return;
            }
            if (isExcused) {
                acknowledged.forgetBeyond(key, left);
            } else {
                broken(
                        Promise.NOTHING_IS_LOST,
                        Texts.names(dead) + " took with it what was acknowledged: " + Texts.text(promised)
                                + "; the others have " + Texts.text(left));
            }
        });
    }

    /** Returns whether members must have a registration still: its RETENTION is not near its end by any clock. */
    boolean isKept(Registration registration) {
        long age = timeline.now() - Machine.error(registration.lastVersion().micros(), leastError);
        return age < lease.retentionMicros() - NOT_COMPARED - 2 * spread();
    }

    static @Nullable Registration union(InstanceKey key, Collection<Member> members) {
        Registration union = copies(key, members);
        for (Member member : members) {
            union = merged(union, member.stored().get(key));
        }
        return union;
    }

    private static @Nullable Registration copies(InstanceKey key, Collection<Member> members) {
        Registration copies = null;
        for (Member member : members) {
            copies = merged(copies, member.copy().find(key));
        }
        return copies;
    }

    private static @Nullable Registration merged(@Nullable Registration a, @Nullable Registration b) {
        return b == null ? a : b.mergedInto(a);
    }

    static boolean contains(@Nullable Registration copy, Registration promised) {
        return copy != null && promised.mergedInto(copy).equals(copy);
    }

    /** Judges the lists that a member answers with now, if it answers. */
    void observe(Member member, Collection<ServiceName> services) {
        read(member);
        for (ServiceName service : services) {
            try {
                Snapshot list =
                        member.parts().readiness.read(() -> member.directory().service(service));
                judgeCompleteness(member);
                judgeLeases(member, service, list);
            } catch (RegistryException.NotReady refused) {
                return;
            }
        }
    }

    private void judgeCompleteness(Member member) {
        long since = member.learnsSince();
        Long before = judgedSince.put(member, since);
        boolean isJudged = before != null && before == since;
        if (isJudged || timeline.now() - since > LONGEST_DOUBT) {
            return;
        }
        List<Member> peers = member.group().members().stream()
                .filter(peer -> peer.enteredAt() < since)
                .toList();
        acknowledged.forEachBy(peers, since, result -> {
            if (isKept(result) && !contains(member.copy().find(result.key()), result)) {
                broken(
                        Promise.OPEN_IS_COMPLETE,
                        member.name() + " answers reads without what a peer had acknowledged: " + Texts.text(result));
            }
        });
    }

    private void judgeLeases(Member member, ServiceName service, Snapshot list) {
        for (Listing listing : list.listings()) {
            long age = age(listing.checkIn());
            if (age > lease.ttlMicros() + spread()) {
                broken(
                        Promise.NO_LEASE_IS_LONG,
                        member.name() + " lists " + listing.registration().key() + ", " + Texts.seconds(age)
                                + " after it reported last");
            }
        }
        acknowledged.forEach((key, promised) -> {
            Registration copy = member.copy().find(key);
            CheckIn checkIn = copy == null ? null : copy.checkIn();
            boolean isListed = list.listings().stream()
                    .anyMatch(one -> one.registration().key().equals(key));
            if (key.service().equals(service)
                    && checkIn != null
                    && !isListed
                    && age(checkIn) < lease.ttlMicros() - spread()) {
                broken(
                        Promise.NO_LEASE_IS_SHORT,
                        member.name() + " does not list " + key + ", " + Texts.seconds(age(checkIn))
                                + " after it reported");
            }
        });
    }
}
