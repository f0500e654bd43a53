package io.discovery.backend.dynamodb;

import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A moment in the forms of the seed and of this registry, and registrations of it. */
final class ItemFixtures {

    /** The moment 2026-11-24T06:37:45.283604 UTC. */
    static final long MICROS =
            LocalDateTime.of(2026, 11, 24, 6, 37, 45).toEpochSecond(ZoneOffset.UTC) * 1_000_000 + 283_604;

    static final String SEED_TIME = "2026-11-24T06:37:45.283604+0000";
    static final Version BY_SEED = new Version(MICROS, Version.NO_MEMBER);
    static final Version OURS = new Version(MICROS, 5);
    static final Lease LEASE = Lease.of(Duration.ofMinutes(10));
    static final InstanceKey KEY = InstanceKey.of(new ServiceName("payments"), new IpAddress("10.0.0.1"));

    private ItemFixtures() {}

    static Registration registered(String address, Version version, Tag... tags) {
        return new Registration(
                InstanceKey.of(new ServiceName("payments"), new IpAddress(address)),
                new CheckIn(version, 80, "r", "repo"),
                new Tags(new ArrayList<>(List.of(tags))),
                null);
    }

    static Registration withAdditions(Tag... additions) {
        return new Registration(KEY, new CheckIn(OURS, 80, "r", "repo"), Tags.NONE, null, new Tags(List.of(additions)));
    }

    static Tag tag(String key, String json, Version version) {
        return new Tag(key, json, version);
    }
}
