package io.discovery.registry;

/**
 * What a member has to reckon with after members have come or gone: a half of a split may have brought what it had taken alone.
 * Safe for all threads; answers at once.
 */
public interface Divergence {

    /** Whether the cluster's map may lack, or have older, what members' read copies have. */
    boolean isMapBehind();

    /** Whether peers' read copies may have what this member's lacks or has older. */
    boolean isCopyBehind();

    /**
     * Whether hosts may have been heard, for longer than a lease and up to now, by members whose copies this one has not seen: of a
     * host whose lease ended here nobody can say that it had gone.
     */
    boolean mayLackRenewals();
}
