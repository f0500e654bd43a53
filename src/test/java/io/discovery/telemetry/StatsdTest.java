package io.discovery.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.config.Settings;
import io.discovery.model.ServiceName;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class StatsdTest {

    @AutoClose
    private final Meters meters = new Meters();
    /** A client of a port on which no process listens. */
    private final Statsd statsd = new Statsd(new Settings.Statsd("127.0.0.1", 9), meters);

    @Test
    void whoInventsNamesHasSomeOfThemCounted() {
        for (int i = 0; i < 10 * Statsd.MOST_NAMES; i++) {
            statsd.registrationRefused(new ServiceName(i + "x".repeat(2_000)));
        }

        assertThat(metric("discovery_statsd_names")).isBetween(1.0, (double) Statsd.MOST_NAMES);
        assertThat(metric("discovery_statsd_failures_total")).isPositive();
    }

    private double metric(String name) {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }
}
