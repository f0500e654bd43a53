package io.discovery.simulation;

import static io.discovery.simulation.Timeline.MILLISECOND;
import static io.discovery.simulation.Timeline.SECOND;

import io.discovery.model.InstanceDetails;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.discovery.registry.Registry;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** A host and its operator: it reports every few seconds, at another member if one does not take it. */
final class Client {

    static final List<ServiceName> SERVICES = List.of(new ServiceName("payments"), new ServiceName("search"));

    private static final long HEARTBEAT = 3 * SECOND;
    private static final long DEADLINE = SECOND;
    private static final String ACKNOWLEDGED = "acknowledged";

    private final int number;
    private final Cluster cluster;
    private final World world;
    private final InstanceKey key;
    /** Number of the beats since the last start or end of them: those of an earlier number have ended. */
    private int beats;

    private int home;

    Client(int number, Cluster cluster, World world) {
        this.number = number;
        this.cluster = cluster;
        this.world = world;
        this.key = InstanceKey.of(SERVICES.get(number % SERVICES.size()), new IpAddress("127.0.0." + (number + 1)));
    }

    static String name(int number) {
        return SERVICES.get(number % SERVICES.size()).text() + "/127.0.0." + (number + 1);
    }

    /** Registers, and reports from then on. */
    void register(int member) {
        home = member;
        beats++;
        request(member, "registers", this::heartbeat);
        world.timeline().after(HEARTBEAT, beat(beats));
    }

    void fallSilent() {
        beats++;
        world.story().tell("client " + number + " falls silent");
    }

    void weigh(int member, int weight) {
        request(
                member,
                "gets the weight " + weight + " as",
                (registry, own) -> registry.setWeight(own, new Weight(weight)));
    }

    void tag(int member, String zone) {
        request(
                member,
                "sets the tag az=" + zone + " of",
                (registry, own) -> registry.register(own, details(Map.of("az", "\"" + zone + "\""))));
    }

    void deregister(int member) {
        beats++;
        request(member, "deregisters", Registry::deregister);
    }

    private Future<Version> heartbeat(Registry registry, InstanceKey own) {
        return registry.register(own, details(Map.of("instance", "\"" + number + "\"")));
    }

    private static InstanceDetails details(Map<String, String> tags) {
        return new InstanceDetails(80, "r1", "", tags);
    }

    private Runnable beat(int number) {
        return () -> {
            if (number == beats && !cluster.isQuiet()) {
                send(home, this::heartbeat, outcome -> {
                    if (!outcome.equals(ACKNOWLEDGED)) {
                        home = cluster.after(home);
                    }
                });
                world.timeline().after(HEARTBEAT, beat(number));
            }
        };
    }

    private interface Outcome {
        void is(String outcome);
    }

    private void request(int member, String verb, BiFunction<Registry, InstanceKey, Future<Version>> request) {
        send(
                member,
                request,
                outcome -> world.story()
                        .tell("client " + number + " " + verb + " " + name(number) + " at " + Machine.name(member)
                                + ": " + outcome));
    }

    private void send(int to, BiFunction<Registry, InstanceKey, Future<Version>> request, Outcome outcome) {
        boolean[] isAnswered = new boolean[1];
        Outcome once = answer -> {
            if (!isAnswered[0]) {
                isAnswered[0] = true;
                outcome.is(answer);
            }
        };
        world.timeline().after(DEADLINE, () -> once.is("no answer"));
        Member member = cluster.member(to);
        world.timeline().after(MILLISECOND / 2, () -> member.run(() -> serve(member, request, once)));
    }

    private void serve(Member member, BiFunction<Registry, InstanceKey, Future<Version>> request, Outcome outcome) {
        if (member.parts().readiness.whyNoWrites() != null) {
            outcome.is("refused");
            return;
        }
        request.apply(member.parts().registry, key).onComplete(answered -> {
            if (answered.succeeded() && member.isAlive()) {
                world.promises().acknowledged(member, key, member.lastResult());
            }
            world.timeline()
                    .after(
                            MILLISECOND / 2,
                            () -> outcome.is(answered.succeeded() ? ACKNOWLEDGED : refusal(answered.cause())));
        });
    }

    private static String refusal(Throwable cause) {
        return "refused, " + cause.getClass().getSimpleName();
    }
}
