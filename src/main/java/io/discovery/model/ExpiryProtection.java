package io.discovery.model;

import java.util.Locale;

/**
 * The setting EXPIRY_PROTECTION. When more instances have lapsed than are live, it is likelier that they could not
 * reach the registry, or that the registry was down, than that they are all gone: then the lapsed instances stay
 * listed, marked stale.
 *
 * <p>A lapsed instance was not deregistered, and its lease ended less than {@link Lease#OVERTIME_LEASES} leases ago. So
 * protection is a function of the registry's content and of now: equal on every member, without a memory, and over when
 * heartbeats are back or when no instance is lapsed any more.
 */
public enum ExpiryProtection {
    OFF,
    ON;

    /** Minimum number of instances, live and lapsed together: of fewer, most may well be gone. */
    public static final int LEAST_INSTANCES = 20;

    /** Returns the spelling in the environment. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether the setting, if it is on, keeps the lapsed instances of the whole registry listed now. */
    public static boolean isActive(long live, long lapsed) {
        return live + lapsed >= LEAST_INSTANCES && lapsed > live;
    }

    /** Returns the longest lease by which an instance can be listed, whatever the other instances do. */
    public Lease longest(Lease lease) {
        return this == ON ? lease.withOvertime() : lease;
    }
}
