package io.discovery.simulation;

import io.discovery.cluster.ClusterClock;
import io.discovery.directory.Directory;
import io.discovery.model.InstanceKey;
import io.discovery.model.KeyOwner;
import io.discovery.model.Registration;
import io.discovery.registry.ReadCopy;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One life of a member on a machine: the product's parts, its replicas of the map, and what has befallen it. */
final class Member {

    /** More lives of a member than any history has. */
    static final int LIVES = 1_000;

    private final World world;
    private final Machine machine;
    private final int life;
    private final Standstill standstill;
    private final Map<InstanceKey, Registration> stored = new TreeMap<>();
    private final Set<Integer> met = new TreeSet<>();
    private final Parts parts;
    private final Loops loops;
    private @Nullable Group group;
    private boolean isBuilt;
    private boolean isAlive = true;
    private boolean isMerging;

    private long enteredAt;
    /** Time from which on the member refused reads until it had compared copies. */
    private long learnsSince;

    private @Nullable Registration lastResult;

    /** Starts a member, which joins the largest cluster that it reaches. */
    Member(World world, Machine machine, int life) {
        this.world = world;
        this.machine = machine;
        this.life = life;
        this.standstill = new Standstill(world.timeline());
        this.learnsSince = world.timeline().now();
        world.hazelcast().join(this);
        this.parts = new Parts(this, world);
        this.isBuilt = true;
        this.loops = new Loops(this, parts, world);
        loops.begin();
    }

    int number() {
        return machine.number();
    }

    int life() {
        return life;
    }

    String name() {
        return machine.name();
    }

    String id() {
        return name() + "#" + life;
    }

    long versionId() {
        return (long) LIVES * (number() + 1) + life;
    }

    Machine machine() {
        return machine;
    }

    Timeline timeline() {
        return world.timeline();
    }

    Network network() {
        return world.network();
    }

    Wiring wiring() {
        return world.wiring();
    }

    Parts parts() {
        return parts;
    }

    ClusterClock clock() {
        return parts.clock;
    }

    Directory directory() {
        return parts.directory;
    }

    ReadCopy copy() {
        return parts.copy;
    }

    boolean isBuilt() {
        return isBuilt;
    }

    /** Returns what this member answers to a question for the cluster's time: below zero if it is far ahead. */
    long toldMicros() {
        return clock().isFarAhead() ? -clock().nowMicros() : clock().nowMicros();
    }

    /** Returns this member's replicas of the map's entries. */
    Map<InstanceKey, Registration> stored() {
        return stored;
    }

    KeyOwner keyOwner() {
        return new KeyOwner(clock().limitMicros(), () -> world.wiring().mayOwnerLackRenewals(parts.divergence));
    }

    void write(Registration result) {
        stored.put(result.key(), result);
        parts.directory.merge(result);
    }

    void writeBackup(Registration result) {
        write(world.wiring().atBackup(result, stored.get(result.key())));
    }

    void answered(@Nullable Registration result) {
        lastResult = result;
    }

    /** Returns what the map answered last, before this member's registry goes on with it. */
    Registration lastResult() {
        return Objects.requireNonNull(lastResult);
    }

    Group group() {
        return Objects.requireNonNull(group);
    }

    Set<String> peerIds() {
        return group().members().stream().map(Member::id).collect(Collectors.toSet());
    }

    void enter(Group next) {
        group = next;
        enteredAt = world.timeline().now();
    }

    long enteredAt() {
        return enteredAt;
    }

    long learnsSince() {
        return learnsSince;
    }

    /** Returns the numbers of the members that this one has been in a cluster with in this life, or that these have. */
    Set<Integer> met() {
        return met;
    }

    /** Hears that members came or went. */
    void membersChanged() {
        parts.map.sendAgain();
        parts.catchUp.unrest();
        loops.nudge();
    }

    boolean isMerging() {
        return isMerging;
    }

    /** Leaves its cluster, and what the map had there. */
    void beginMerge() {
        isMerging = true;
        stored.clear();
        parts.catchUp.begin();
    }

    void endMerge() {
        isMerging = false;
        learnsSince = world.timeline().now();
        parts.catchUp.end();
        membersChanged();
    }

    boolean isAlive() {
        return isAlive;
    }

    void die() {
        isAlive = false;
        parts.map.close();
    }

    Standstill standstill() {
        return standstill;
    }

    void stoodStill() {
        learnsSince = timeline().now();
        parts.catchUp.stoodStill();
    }

    boolean isRunning() {
        return isAlive && !standstill.isNow();
    }

    /** Runs a task of this member: when it wakes if it stands still, and never if it is dead. */
    void run(Runnable task) {
        if (isAlive && standstill.isNow()) {
            standstill.putOff(() -> run(task));
        } else if (isAlive) {
            task.run();
        }
    }

    /**
     * Waits as a blocked thread does.
     *
     * @throws Gone if this member died or stands still meanwhile
     */
    void await(BooleanSupplier condition, long patienceMicros) {
        timeline()
                .await(
                        () -> condition.getAsBoolean() || world.promises().isBroken(),
                        timeline().now() + patienceMicros);
        if (!isRunning()) {
            throw new Gone(name());
        }
    }
}
