package io.discovery.simulation;

import static io.discovery.simulation.Timeline.SECOND;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The effect of a step on a cluster. Members go by the numbers of their machines. */
sealed interface Action {

    void run(Cluster cluster);

    record Register(int client, int member) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.client(client).register(member);
        }
    }

    record Weigh(int client, int member, int weight) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.client(client).weigh(member, weight);
        }
    }

    record Tag(int client, int member, int zone) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.client(client).tag(member, "z" + zone);
        }
    }

    record Deregister(int client, int member) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.client(client).deregister(member);
        }
    }

    record FallSilent(int client) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.client(client).fallSilent();
        }
    }

    record Watch(int member, int service) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.watch(member, Client.SERVICES.get(service));
        }
    }

    record Kill(int member) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.kill(1 << member);
        }
    }

    /** The death of several members at once. */
    record KillTogether(int members) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.kill(members);
        }
    }

    record Start(int member) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.start(member);
        }
    }

    record StandStill(int member, int tenths) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.tell(Machine.name(member) + " stands still for " + tenths / 10.0 + " s");
            cluster.member(member).standstill().begin(tenths * SECOND / 10);
        }
    }

    /** A cut of all links between the members of a set and the others. */
    record Cut(int side) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.tell(names(side) + " and the others lose their links");
            cluster.network().cut(side);
        }
    }

    record CutOneWay(int from, int to) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.tell(Machine.name(to) + " no longer hears " + Machine.name(from));
            cluster.network().cut(from, to);
        }
    }

    record Lose(int percent) implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.tell("the network loses " + percent + " % of all messages");
            cluster.network().lose(percent);
        }
    }

    record Heal() implements Action {
        @Override
        public void run(Cluster cluster) {
            cluster.tell("the network is whole");
            cluster.network().heal();
        }
    }

    record MoveClock(int member, int seconds) implements Action {
        @Override
        public void run(Cluster cluster) {
            long moved = cluster.machine(member).moveWall(seconds * SECOND);
            cluster.tell("the wall clock of " + Machine.name(member) + " moves by " + Texts.seconds(moved));
        }
    }

    static String names(int members) {
        return IntStream.range(0, Integer.SIZE - 1)
                .filter(member -> (members >> member & 1) == 1)
                .mapToObj(Machine::name)
                .collect(Collectors.joining(" and "));
    }
}
