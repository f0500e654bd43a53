package io.discovery.registry;

class LocalStoreTest extends RegistrationStoreContract {

    private final Fixtures.HandClock clock = new Fixtures.HandClock(1);
    private final LocalStore store = new LocalStore(Fixtures.LEASE, clock::nowMicros);

    @Override
    protected RegistrationStore store() {
        return store;
    }

    @Override
    protected RegistrationCopies copies() {
        return store;
    }

    @Override
    protected long nowMicros() {
        return clock.nowMicros();
    }
}
