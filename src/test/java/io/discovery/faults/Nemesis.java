package io.discovery.faults;

import io.discovery.history.History;
import io.discovery.testing.DynamoDbProxy;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.VersionBefore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A thread that injects one fault after the other, or two at once, and heals each before the next. The seed of the round
 * decides on the faults.
 */
final class Nemesis {

    private static final String SLOW = "256kbit";
    private static final int LEAST_LOSS_PERCENT = 20;
    private static final int LOSSES = 13;

    private final FaultyCluster cluster;
    private final History history;
    private final LinkFaults links;
    private final ProcessFaults processes;
    private final MachineFaults machines;
    private final BackendFaults backends;

    /** @param table the way to the table, if there is one */
    Nemesis(FaultyCluster cluster, Network network, Workload workload, History history, @Nullable DynamoDbProxy table) {
        this.cluster = cluster;
        this.history = history;
        this.links = new LinkFaults(cluster, network, history);
        this.processes = new ProcessFaults(cluster, links);
        this.machines = new MachineFaults(cluster);
        this.backends = new BackendFaults(cluster, workload, history, table);
    }

    /** Injects the faults of a step at once, and returns when all are over. */
    void run(Step step, long seed) {
        List<CompletableFuture<Void>> others = new ArrayList<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (Injection injection : step.faults().subList(1, step.faults().size())) {
                others.add(CompletableFuture.runAsync(() -> run(injection, new Random(~seed)), threads));
            }
            run(step.faults().get(0), new Random(seed));
            others.forEach(CompletableFuture::join);
        } finally {
            threads.shutdownNow();
        }
    }

    private void run(Injection injection, Random random) {
        List<Integer> present = cluster.present();
        int victim = present(present, injection.victim());
        int other = other(present, victim, injection.other());
        Duration time = injection.time();
        history.event(injection + " begins");
        switch (injection.fault()) {
            case KILL -> processes.kill(victim, random);
            case RESTART -> processes.restart(victim);
            case UPGRADE -> processes.change(victim, MemberProcess.JAR);
            case DOWNGRADE -> processes.change(victim, VersionBefore.jar());
            case FREEZE -> processes.freeze(victim, time);
            case PAUSED_START -> processes.pausedStart(victim, other, random);
            case THIN_CATCH_UP -> processes.thinCatchUp(victim);
            case DAMAGED_ROW -> processes.damagedRow(victim);
            case SILENT_BACKUP -> processes.silentBackup(victim, other, random);
            case UNSENT_BACKUP -> processes.unsentBackup(victim, random);
            case JOIN -> cluster.join();
            case LEAVE -> cluster.leave(victim);
            case CUT_OFF -> links.cutOff(victim, time);
            case REFUSE -> links.refuse(victim, time);
            case SPLIT_ALL -> links.splitAll(time);
            case HALVES -> links.halves(Set.of(victim, other), time);
            case ONE_WAY -> links.oneWay(victim, other, time);
            case LOSSY -> links.lossy(LEAST_LOSS_PERCENT + random.nextInt(LOSSES), time);
            case SLOW -> links.slow(SLOW, time);
            case CLOCK -> machines.clock(victim, time, random);
            case DRIFT -> machines.drift(victim, time, random);
            case FULL_DISK -> machines.fullDisk(random.nextBoolean() ? cluster.present() : List.of(victim), time);
            case SLOW_DISK -> machines.slowDisk(victim, time);
            case DISK_ERRORS -> machines.diskErrors(victim, time);
            case BACKEND_OUTAGE -> backends.outage(time, random);
            case TABLE_OVERLOAD -> backends.overload(time);
            case KILL_ALL -> backends.killAll(victim, random);
            case POWER_FAILURE -> backends.powerFailure(random);
        }
        history.event(injection + " is over");
    }

    /** Returns the member with this number, or the next one if it has left. */
    private static int present(List<Integer> present, int number) {
        return present.stream().filter(n -> n >= number).findFirst().orElse(present.get(0));
    }

    /** Returns the member with this number, or the next one if it has left or is the victim. */
    static int other(List<Integer> present, int victim, int number) {
        int other = present(present, number);
        return other == victim ? present(present, victim + 1) : other;
    }
}
