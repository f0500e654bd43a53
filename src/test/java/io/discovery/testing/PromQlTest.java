package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {

    @Test
    void metricsAreTheNamesThatAreNoFunctionsWordsLabelsOrTexts() {
        assertThat(
                        PromQl.metricsIn(
                                "sum by (job, a) (rate(x_total{why=\"y > z\"}[5m])) / on (job) group_left () up > 1e6 or abs(w) == 0"))
                .containsExactly("up", "w", "x_total");
        assertThat(PromQl.metricsIn(
                        "sum without (status) (increase(a:b{s=\"500\"}[$__rate_interval])) unless c offset 5m"))
                .containsExactly("a:b", "c");
        assertThat(PromQl.metricsIn("histogram_quantile(0.9, max(b_max) by (le)) and bool_total > 14 * 86400"))
                .containsExactly("b_max", "bool_total");
    }
}
