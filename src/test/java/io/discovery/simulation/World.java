package io.discovery.simulation;

import io.discovery.model.Lease;

/**
 * All that the parts of a simulated cluster share.
 *
 * @param enoughMembers CLUSTER_MIN_MEMBERS
 */
record World(
        Timeline timeline,
        Chance chance,
        Network network,
        Hazelcast hazelcast,
        Story story,
        Wiring wiring,
        Promises promises,
        Lease lease,
        int enoughMembers) {

    static World of(long seed, int machines, Lease lease, Wiring wiring) {
        Timeline timeline = new Timeline();
        Chance chance = new Chance(seed);
        Network network = new Network(timeline, chance, machines);
        Story story = new Story(timeline);
        return new World(
                timeline,
                chance,
                network,
                new Hazelcast(timeline, chance, network, story),
                story,
                wiring,
                new Promises(timeline, story, lease),
                lease,
                machines / 2 + 1);
    }
}
