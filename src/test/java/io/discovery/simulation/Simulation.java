package io.discovery.simulation;

import static io.discovery.simulation.Timeline.MILLISECOND;
import static io.discovery.simulation.Timeline.SECOND;

import io.discovery.directory.ContentVersion;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.simulation.Violation.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run of one history: the cluster opens, the steps happen, all is healed, and after a while all must be equal. */
final class Simulation {

    private static final Lease LEASE = Lease.of(Duration.ofSeconds(10));
    private static final long OBSERVATION = 250 * MILLISECOND;
    private static final long OPENING = 5 * SECOND;
    private static final long HEALING = 20 * SECOND;
    private static final long QUIET = 4 * SECOND;
    /** Difference of clocks up to which lists end at the same time, but for a moment. */
    private static final long SAME_TIME = 2 * SECOND;

    private final World world;
    private final Cluster cluster;

    private Simulation(History history, Wiring wiring) {
        this.world = World.of(history.seed(), history.clocks().size(), LEASE, wiring);
        this.cluster = new Cluster(world, history.clocks());
    }

    /**
     * The end of a run.
     *
     * @param events number of events that ran
     */
    record Outcome(History history, Optional<Violation> violation, List<String> story, long events) {

        Outcome {
            story = List.copyOf(story);
        }
    }

    static Outcome run(History history, Wiring wiring) {
        Simulation simulation = new Simulation(history, wiring);
        simulation.run(history.steps());
        return new Outcome(
                history,
                simulation.world.promises().violation(),
                simulation.world.story().lines(),
                simulation.world.timeline().ran());
    }

    private void run(List<Step> steps) {
        Timeline timeline = world.timeline();
        steps.forEach(step -> timeline.at(
                OPENING + step.millis() * MILLISECOND, () -> step.action().run(cluster)));
        long last = steps.isEmpty() ? 0 : steps.get(steps.size() - 1).millis() * MILLISECOND;
        long healed = OPENING + last + SECOND;
        timeline.at(healed, this::heal);
        timeline.at(healed + HEALING, cluster::beQuiet);
        timeline.after(OBSERVATION, this::observe);
        timeline.await(world.promises()::isBroken, healed + HEALING + QUIET);
        if (!world.promises().isBroken()) {
            judgeTheEnd();
        }
    }

    private void heal() {
        world.story().tell("all is healed");
        world.network().heal();
        cluster.wakeAll();
    }

    private void observe() {
        cluster.observe();
        world.timeline().after(OBSERVATION, this::observe);
    }

    private void judgeTheEnd() {
        List<Member> alive = cluster.alive();
        if (alive.isEmpty()) {
            return;
        }
        Promises promises = world.promises();
        boolean isOpen = cluster.areOpen() || alive.size() < world.enoughMembers();
        if (!world.hazelcast().isOne() || !isOpen) {
            promises.broken(Promise.CONVERGENCE, "members have not come together again, or do not answer reads");
        }
        promises.acknowledged().forEach((key, promised) -> {
            Registration union = Promises.union(key, alive);
            for (Member member : promises.isKept(promised) ? alive : List.<Member>of()) {
                Registration copy = member.copy().find(key);
                if (!Promises.contains(copy, promised)) {
                    promises.broken(
                            Promise.NOTHING_IS_LOST,
                            member.name() + " has " + Texts.text(copy) + ", acknowledged was " + Texts.text(promised));
                }
                if (union != null && !union.equals(copy)) {
                    promises.broken(
                            Promise.CONVERGENCE,
                            member.name() + " has " + Texts.text(copy) + ", all together have " + Texts.text(union));
                }
            }
        });
        if (promises.spread() < SAME_TIME) {
            Client.SERVICES.forEach(service -> judgeEquality(alive, service));
        }
    }

    private void judgeEquality(List<Member> alive, ServiceName service) {
        ContentVersion first = null;
        for (Member member : alive) {
            ContentVersion version = member.directory().service(service).version();
            if (first != null && !first.equals(version)) {
                world.promises()
                        .broken(
                                Promise.CONVERGENCE,
                                member.name() + " lists " + service.text() + " otherwise than "
                                        + alive.get(0).name());
            }
            first = version(first, version);
        }
    }

    private static ContentVersion version(@Nullable ContentVersion first, ContentVersion next) {
        return first == null ? next : first;
    }
}
