package io.discovery.simulation;

import static io.discovery.simulation.Timeline.SECOND;

import io.discovery.model.CheckIn;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Words for what violations tell of. */
final class Texts {

    private Texts() {}

    static String names(Collection<Member> members) {
        return String.join(" and ", members.stream().map(Member::name).sorted().toList());
    }

    static String seconds(long micros) {
        return String.format(Locale.ROOT, "%.1f s", (double) micros / SECOND);
    }

    static String text(@Nullable Registration registration) {
        if (registration == null) {
            return "nothing";
        }
        CheckIn checkIn = registration.checkIn();
        return registration.key() + (checkIn == null ? " deregistered" : " checked in at " + shown(checkIn.version()))
                + " with "
                + registration.tags().list().stream()
                        .map(tag -> tag.key() + "=" + tag.json())
                        .toList()
                + (registration.deregistration() == null ? "" : ", removed at " + shown(registration.deregistration()));
    }

    private static String shown(Version version) {
        return seconds(Machine.error(version.micros(), 0)) + " by "
                + Machine.name((int) (version.member() / Member.LIVES) - 1);
    }
}
