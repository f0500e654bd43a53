package io.discovery.registry;

import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Registration;
import io.discovery.model.Version;
import org.junit.jupiter.api.Test;

final class StoredCopyTest {

    @Test
    void whatIsKnownOfAStoredCopyTellsItFromOthers() {
        Registration registration = registered(key("payments", 1), new Version(7, 1));
        StoredCopy known = StoredCopy.of(registration, 9);

        assertThat(known)
                .isEqualTo(new StoredCopy(
                        registration.digest(), registration.contentDigest(), new Version(7, 1), 9, true));
        assertThat(known.unmerged())
                .isEqualTo(new StoredCopy(known.digest(), known.contentDigest(), known.checkIn(), 9, false));
        assertThat(StoredCopy.of(registration.deregistered(), 9).checkIn()).isNull();
    }
}
