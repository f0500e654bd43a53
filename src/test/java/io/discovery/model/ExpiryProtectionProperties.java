package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** When lapsed instances stay listed. */
class ExpiryProtectionProperties {

    @Property
    void itIsActiveFromTwentyInstancesOnWhileTheLapsedOutnumberTheLive(
            @ForAll @LongRange(max = 60) long live, @ForAll @LongRange(max = 60) long lapsed) {
        assertThat(ExpiryProtection.isActive(live, lapsed)).isEqualTo(live + lapsed >= 20 && lapsed > live);
    }
}
