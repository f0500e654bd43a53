package io.discovery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.audit.AuditEvent.Change;
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
import org.junit.jupiter.api.Test;

/** The fields of a change, as a line has them. */
class RegistrationChangeTest {

    private static final InstanceKey KEY = Fixtures.key("payments", 1);

    @Test
    void newHostHasAllFields() {
        assertThat(RegistrationChange.byRegistering(null, details("r1")))
                .isEqualTo(new Change(
                        null, Map.of("port", "80", "revision", "r1", "service_repo_name", "repo", "tags.az", "a")));
    }

    @Test
    void heartbeatThatSaysNothingNewIsNoChange() {
        assertThat(RegistrationChange.byRegistering(registered("r1"), details("r1")))
                .isEqualTo(Change.NONE);
    }

    @Test
    void onlyFieldsThatDifferAreThere() {
        assertThat(RegistrationChange.byRegistering(registered("r1"), details("r2")))
                .isEqualTo(new Change(Map.of("revision", "r1"), Map.of("revision", "r2")));
    }

    /** An operator may set the weight while the host sends a heartbeat. */
    @Test
    void fieldsThatTheRequestDoesNotNameAreNotThere() {
        Registration weighed = applied(
                new SetWeight(KEY, new Version(2, 1), Weight.parse("7"), Fixtures.LEASE).applyTo(registered("r1")));

        assertThat(RegistrationChange.byRegistering(weighed, details("r1"))).isEqualTo(Change.NONE);
        assertThat(RegistrationChange.byWeighing(weighed, Weight.parse("8")))
                .isEqualTo(new Change(
                        Map.of("tags.load_balancing_weight", "7"), Map.of("tags.load_balancing_weight", "8")));
    }

    @Test
    void removedHostHasNothingAfter() {
        Change change = RegistrationChange.byRemoving(registered("r1"));

        assertThat(change.before()).hasSize(4);
        assertThat(change.after()).isNull();
    }

    private static InstanceDetails details(String revision) {
        return new InstanceDetails(80, revision, "repo", Map.of("az", "\"a\""));
    }

    private static Registration registered(String revision) {
        return applied(new Register(KEY, new Version(1, 1), details(revision), Fixtures.LEASE).applyTo(null));
    }

    private static Registration applied(Outcome outcome) {
        return ((Outcome.Applied) outcome).registration();
    }
}
