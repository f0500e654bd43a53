package io.discovery.faults;

import io.discovery.faults.Client.Registration;
import io.discovery.faults.Fleet.Host;
import io.discovery.faults.Fleet.Role;
import io.discovery.faults.Workload.Choice;
import io.discovery.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * One client's decisions: it reports for its hosts when that is due, and in between reads, weighs any host, deploys,
 * registers and removes. Its seed decides, but for what its members answer. It has one thread.
 */
final class WorkingClient {

    /** The pause between two operations of one client, so that a member that starts has a processor. */
    static final Duration PACE = Duration.ofMillis(25);

    /** How long a client prefers other members to one that did not answer. */
    private static final Duration DISTRUST = Duration.ofSeconds(1);

    private static final int BEATS_A_LEASE = 4;
    private static final int MOST_USED = 8;
    private static final int LIGHTEST = 2;
    private static final int HEAVIEST = 100;
    private static final int OK = 200;
    /** One registration in so many is followed by a read of the same member, at once. */
    private static final int READS_ITS_OWN = 4;

    private static final int PASSING_SERVICES = 3;
    private static final int BULK = 6;
    /** The hosts that a client reports for by one request just before it only reads. */
    private static final int BURST = 40;

    private record Beat(Host host, long due) {}

    private final Client client;
    private final Fleet fleet;
    private final Choice choice;
    private final Random random;
    private final List<Host> own = new ArrayList<>();
    private final PriorityQueue<Beat> beats = new PriorityQueue<>(Comparator.comparingLong(Beat::due));
    private final Map<Integer, Integer> generations = new HashMap<>();
    private final Map<Integer, Long> distrusted = new HashMap<>();
    private final boolean[] isPassing = new boolean[PASSING_SERVICES];
    private final long start = System.nanoTime();
    private boolean wasReadOnly;

    WorkingClient(Client client, Fleet fleet, Choice choice, int clients, long seed) {
        this.client = client;
        this.fleet = fleet;
        this.choice = choice;
        this.random = new Random(seed * 31 + client.id());
        fleet.ofClient(client.id(), clients).forEach(this::own);
    }

    private void own(Host host) {
        if (host.role() != Role.FADING) {
            own.add(host);
        }
        if (host.role() != Role.SHARED && host.role() != Role.RETURNING) {
            beats.add(new Beat(host, System.nanoTime() + (long) (random.nextDouble() * beatNanos())));
        }
    }

    private long beatNanos() {
        return choice.lease().dividedBy(BEATS_A_LEASE).toNanos();
    }

    /** Does one thing. */
    void step(boolean readOnly) {
        Beat next = beats.peek();
        if (readOnly && !wasReadOnly) {
            registerAll(BURST);
        } else if (readOnly) {
            read();
        } else if (next != null && next.due() <= System.nanoTime()) {
            beat(beats.remove().host());
        } else {
            act(random.nextInt(100));
        }
        wasReadOnly = readOnly;
    }

    private void act(int dice) {
        if (dice < 50) {
            read();
        } else if (dice < 62) {
            weigh();
        } else if (dice < 64) {
            weighAll();
        } else if (dice < 74) {
            share();
        } else if (dice < 85) {
            returning();
        } else if (dice < 90) {
            deploy();
        } else if (dice < 93) {
            pass();
        } else if (dice < 96) {
            registerAll(BULK);
        } else {
            Host host = own.get(random.nextInt(own.size()));
            register(host, fleet.next(host));
        }
    }

    private void beat(Host host) {
        register(host, fleet.last(host));
        long pause = (long) ((0.8 + random.nextDouble() * 0.4) * beatNanos());
        if (host.role() == Role.SILENT && random.nextInt(4) == 0) {
            pause = (long) (random.nextDouble() * 2 * choice.lease().toNanos());
        }
        if (host.role() != Role.FADING || System.nanoTime() - start < fadesAfterNanos(host)) {
            beats.add(new Beat(host, System.nanoTime() + pause));
        }
    }

    /** Returns how long a fading host reports, by the last number of its address: a tenth of a lease more than the one before. */
    private long fadesAfterNanos(Host host) {
        int number = Integer.parseInt(host.address().substring(host.address().lastIndexOf('.') + 1));
        return choice.lease().dividedBy(10).multipliedBy(number).toNanos();
    }

    private void read() {
        int member = member();
        trust(member, client.read(member, anyService()));
    }

    private void register(Host host, int number) {
        int member = member();
        int status = client.register(member, host, number);
        trust(member, status);
        if (status == OK && random.nextInt(READS_ITS_OWN) == 0) {
            client.read(member, host.service());
        }
    }

    private void weigh() {
        Host host = anyHost();
        if (host.role() != Role.FADING) {
            client.weigh(member(), host, weight());
        }
    }

    private void weighAll() {
        Host host = anyHost();
        if (host.role() != Role.FADING) {
            client.weighAll(member(), host.service(), () -> fleet.hostsOf(host.service()), weight());
        }
    }

    /** Changes a host that all clients share, half of the times twice in a row: the second change is the later one. */
    private void share() {
        Host host = fleet.shared(random.nextInt(fleet.services()));
        share(host);
        if (random.nextBoolean()) {
            share(host);
        }
    }

    private void share(Host host) {
        switch (random.nextInt(4)) {
            case 0 -> client.deregister(member(), host);
            case 1 -> client.weigh(member(), host, weight());
            case 2 -> register(host, fleet.last(host));
            default -> register(host, fleet.next(host));
        }
    }

    private void returning() {
        Host host = own.get(random.nextInt(own.size()));
        if (host.role() == Role.RETURNING && random.nextBoolean()) {
            client.deregister(member(), host);
        } else if (host.role() != Role.SILENT) {
            register(host, fleet.next(host));
        }
    }

    /** Starts a host in the place of another, which is removed or just falls silent. */
    private void deploy() {
        int service = random.nextInt(fleet.services());
        if (fleet.host(service, 0).role() == Role.FADING) {
            return;
        }
        int generation = generations.merge(service, 1, Integer::sum);
        Host host = fleet.deployed(client.id(), service, generation);
        register(host, fleet.next(host));
        if (generation > 1 && random.nextBoolean()) {
            client.deregister(member(), fleet.deployed(client.id(), service, generation - 1));
        }
    }

    /** Lets a service come, or go. */
    private void pass() {
        int name = random.nextInt(PASSING_SERVICES);
        for (int n = 0; n < 2; n++) {
            Host host = fleet.passing(client.id(), name, n);
            if (isPassing[name]) {
                client.deregister(member(), host);
            } else {
                register(host, fleet.next(host));
            }
        }
        isPassing[name] = !isPassing[name];
    }

    private void registerAll(int count) {
        List<Registration> registrations = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            Host host = own.get(random.nextInt(own.size()));
            if (host.role() != Role.SILENT
                    && registrations.stream().noneMatch(each -> each.host().equals(host))) {
                registrations.add(new Registration(host, random.nextBoolean() ? fleet.last(host) : fleet.next(host)));
            }
        }
        int member = member();
        trust(member, client.registerAll(member, registrations));
    }

    private String anyService() {
        List<String> named = fleet.named();
        return random.nextBoolean()
                ? Fleet.service(random.nextInt(Math.min(MOST_USED, fleet.services())))
                : named.get(random.nextInt(named.size()));
    }

    private Host anyHost() {
        return fleet.host(random.nextInt(fleet.services()), random.nextInt(fleet.hostsPerService()));
    }

    private String weight() {
        return Integer.toString(LIGHTEST + random.nextInt(HEAVIEST - LIGHTEST + 1));
    }

    /** Returns a member to ask; seldom one that has just not answered. */
    private int member() {
        if (choice.isBalanced() && random.nextInt(3) == 0) {
            return Operation.ANY;
        }
        List<Integer> present = choice.present().get();
        int member = present.get(random.nextInt(present.size()));
        return isDistrusted(member) && random.nextInt(4) > 0 ? present.get(random.nextInt(present.size())) : member;
    }

    private boolean isDistrusted(int member) {
        return System.nanoTime() < distrusted.getOrDefault(member, Long.MIN_VALUE);
    }

    private void trust(int member, int status) {
        if (status == 0 || status >= 500) {
            distrusted.put(member, System.nanoTime() + DISTRUST.toNanos());
        }
    }
}
