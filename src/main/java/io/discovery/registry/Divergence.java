package io.discovery.registry;

/**
 * The differences between members that are possible after members have come or gone: a half of a split may have brought
 * changes that it took alone. Thread-safe; never blocks.
 */
public interface Divergence {

    /**
     * Returns whether the cluster's map may lack registrations of members' read copies, or have older states of them.
     */
    boolean isMapBehind();

    /**
     * Returns whether peers' read copies may have registrations that this member's copy lacks or has in an older state.
     */
    boolean isCopyBehind();

    /**
     * Returns whether hosts may have checked in, for longer than a lease and up to now, at members whose copies this
     * member has not read: if the lease of a host has ended here, the host need not have gone.
     */
    boolean mayLackRenewals();
}
