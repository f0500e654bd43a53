package io.discovery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.audit.AuditEvent.Change;
import io.discovery.model.Change.Deregister;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Change.Register;
import io.discovery.model.Change.SetWeight;
import io.discovery.model.InstanceDetails;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.discovery.registry.Fixtures;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The fields of a change, as a line has them. */
class RegistrationChangeTest {

    private static final InstanceKey KEY = Fixtures.key("payments", 1);

    @Test
    void newHostHasAllFields() {
        assertThat(RegistrationChange.between(null, registered(null, 1, "r1")))
                .isEqualTo(new Change(
                        null, Map.of("port", "80", "revision", "r1", "service_repo_name", "repo", "tags.az", "a")));
    }

    @Test
    void heartbeatThatChangesNothingIsNoChange() {
        Registration before = registered(null, 1, "r1");

        assertThat(RegistrationChange.between(before, registered(before, 2, "r1")))
                .isEqualTo(Change.NONE);
    }

    @Test
    void onlyFieldsThatDifferAreThere() {
        Registration before = registered(null, 1, "r1");

        assertThat(RegistrationChange.between(before, registered(before, 2, "r2")))
                .isEqualTo(new Change(Map.of("revision", "r1"), Map.of("revision", "r2")));
    }

    @Test
    void weightIsATag() {
        Registration before = registered(null, 1, "r1");
        Registration after =
                applied(new SetWeight(KEY, new Version(2, 1), Weight.parse("7"), Fixtures.LEASE).applyTo(before));

        assertThat(RegistrationChange.between(before, after))
                .isEqualTo(new Change(Map.of(), Map.of("tags.load_balancing_weight", "7")));
    }

    @Test
    void removedHostHasNothingAfter() {
        Registration before = registered(null, 1, "r1");
        Registration after = applied(new Deregister(KEY, new Version(2, 1), Fixtures.LEASE).applyTo(before));

        Change change = RegistrationChange.between(before, after);
        assertThat(change.before()).hasSize(4);
        assertThat(change.after()).isNull();
    }

    private static Registration registered(@Nullable Registration known, long micros, String revision) {
        InstanceDetails details = new InstanceDetails(80, revision, "repo", Map.of("az", "\"a\""));
        return applied(new Register(KEY, new Version(micros, 1), details, Fixtures.LEASE).applyTo(known));
    }

    private static Registration applied(Outcome outcome) {
        return ((Outcome.Applied) outcome).registration();
    }
}
