package io.discovery.simulation;

import io.discovery.simulation.History.MachineClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The history of a seed. */
final class Generator {

    private static final int CLIENTS = 6;
    private static final long LONGEST_GAP_MILLIS = 3_000;

    private final long seed;
    private final SplittableRandom random;
    private final int machines;

    private Generator(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.machines = 2 + random.nextInt(4);
    }

    static History history(long seed) {
        return new Generator(seed).draw();
    }

    private History draw() {
        List<MachineClock> clocks = new ArrayList<>();
        for (int machine = 0; machine < machines; machine++) {
            long most = random.nextInt(4) == 0 ? 20_000 : 300;
            clocks.add(new MachineClock(random.nextLong(-most, most), random.nextLong(-300, 300)));
        }
        List<Step> steps = new ArrayList<>();
        long millis = 0;
        int count = 8 + random.nextInt(32);
        for (int step = 0; step < count; step++) {
            // Many at once as a rule, and sometimes time for leases to end.
            millis += random.nextInt(8) == 0
                    ? random.nextLong(LONGEST_GAP_MILLIS, 5 * LONGEST_GAP_MILLIS)
                    : random.nextInt(3) == 0 ? random.nextLong(20) : random.nextLong(LONGEST_GAP_MILLIS);
            steps.add(new Step(millis, random.nextInt(100) < 60 ? ofClient() : fault()));
        }
        return new History(seed, clocks, steps);
    }

    private Action ofClient() {
        int client = random.nextInt(CLIENTS);
        int member = random.nextInt(machines);
        int kind = random.nextInt(100);
        if (kind < 45) {
            return new Action.Register(client, member);
        } else if (kind < 60) {
            return new Action.Weigh(client, member, 1 + random.nextInt(100));
        } else if (kind < 70) {
            return new Action.Tag(client, member, random.nextInt(3));
        } else if (kind < 85) {
            return new Action.Deregister(client, member);
        } else if (kind < 92) {
            return new Action.FallSilent(client);
        }
        return new Action.Watch(member, random.nextInt(Client.SERVICES.size()));
    }

    private Action fault() {
        int member = random.nextInt(machines);
        int kind = random.nextInt(100);
        if (kind < 14) {
            return new Action.Kill(member);
        } else if (kind < 17) {
            return new Action.KillTogether(1 + random.nextInt((1 << machines) - 1));
        } else if (kind < 35) {
            return new Action.Start(member);
        } else if (kind < 47) {
            return new Action.StandStill(member, 1 + random.nextInt(150));
        } else if (kind < 62) {
            return new Action.Cut(1 + random.nextInt((1 << machines) - 2));
        } else if (kind < 67) {
            return new Action.CutOneWay(member, (member + 1) % machines);
        } else if (kind < 74) {
            return new Action.Lose(random.nextInt(50));
        } else if (kind < 93) {
            return new Action.Heal();
        }
        return new Action.MoveClock(member, random.nextInt(41) - 20);
    }
}
