package io.discovery.report;

import java.util.ArrayList;
import java.util.List;

/** The division of room among several demands: each gets an equal part if it needs that, and the first ones the rest. */
final class Shares {

    private Shares() {}

    /** Returns as many places for each demand as it gets of {@code most}. */
    static List<Integer> of(int most, List<Integer> demands) {
        List<Integer> shares = new ArrayList<>();
        int part = most / demands.size();
        int rest = most;
        for (int demand : demands) {
            shares.add(Math.min(demand, part));
            rest -= Math.min(demand, part);
        }
        for (int i = 0; i < shares.size(); i++) {
            int more = Math.min(rest, demands.get(i) - shares.get(i));
            shares.set(i, shares.get(i) + more);
            rest -= more;
        }
        return shares;
    }
}
