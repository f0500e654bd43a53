package io.discovery.registry;

/** A divergence that the test sets; at first there is none. */
public final class SetDivergence implements Divergence {

    public volatile boolean mapIsBehind;
    public volatile boolean copyIsBehind;
    public volatile boolean mayLackRenewals;

    @Override
    public boolean isMapBehind() {
        return mapIsBehind;
    }

    @Override
    public boolean isCopyBehind() {
        return copyIsBehind;
    }

    @Override
    public boolean mayLackRenewals() {
        return mayLackRenewals;
    }
}
