package io.discovery.model;

import java.util.Locale;

/**
 * The setting EXPIRY_PROTECTION. When more instances have lapsed than are live, it is likelier that they could not reach
 * the registry, or that the registry was down, than that they are all gone: then the lapsed ones stay listed, marked.
 *
 * <p>Lapsed is an instance that was not deregistered and whose lease ended less than {@link Lease#OVERTIME_LEASES} leases
 * ago. So the answer is a function of the registry's content and of now: equal on every member, without a memory, and
 * over when heartbeats are back or when nobody is lapsed any more.
 */
public enum ExpiryProtection {
    OFF,
    ON;

    /** Of fewer instances, live and lapsed together, most may well be gone. */
    public static final int LEAST_INSTANCES = 20;

    /** As the environment spells it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether, if it is on, the lapsed instances of the whole registry stay listed now. */
    public static boolean isActive(long live, long lapsed) {
        return live + lapsed >= LEAST_INSTANCES && lapsed > live;
    }

    /** The longest lease by which an instance can be listed, whatever the others do. */
    public Lease longest(Lease lease) {
        return this == ON ? lease.withOvertime() : lease;
    }
}
