package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.directory.HostCounts;
import io.discovery.http.JsonBody;
import io.discovery.json.JsonText;
import io.discovery.model.RegistryException.Overloaded;
import io.discovery.model.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The list of all services, which is written as the seed writes JSON. */
class ServiceCountsTest {

    private static final HostCounts THREE = new HostCounts(3, 0, 0);

    @Test
    void nothingIsAnEmptyList() {
        assertThat(new ServiceCounts(100).body()).hasToString("{\"services\": []}\n");
    }

    @Test
    void eachServiceHasItsCounts() {
        ServiceCounts counts = new ServiceCounts(1_000);
        counts.accept(new ServiceName("a \"b\""), THREE);
        counts.accept(new ServiceName("caf\u00e9"), new HostCounts(5, 2, 0));
        counts.accept(new ServiceName("d"), new HostCounts(1, 1, 0));

        assertThat(counts.body())
                .hasToString("{\"services\": [{\"service\": \"a \\\"b\\\"\", \"hosts\": 3},"
                        + " {\"service\": \"caf\\u00e9\", \"hosts\": 5, \"stale\": 2},"
                        + " {\"service\": \"d\", \"hosts\": 1, \"stale\": 1}]}\n");
        assertThat(counts.stale()).isEqualTo(3);
    }

    /** Longer than a block, with names that stand across their ends. */
    @Test
    void aLongListIsAsWhole() {
        ServiceCounts counts = new ServiceCounts(Long.MAX_VALUE);
        List<Map<String, Object>> expected = new ArrayList<>();
        for (int n = 0; n < 5_000; n++) {
            String name = "service-" + n + "-\u00e9".repeat(n % 50);
            counts.accept(new ServiceName(name), THREE);
            expected.add(JsonBody.ordered("service", name, "hosts", 3));
        }

        assertThat(counts.body().toString()).isEqualTo(JsonText.write(Map.of("services", expected)) + "\n");
    }

    @Test
    void oneThatIsTooLongIsRefused() {
        ServiceCounts counts = new ServiceCounts(100);
        counts.accept(new ServiceName("a"), THREE);

        assertThatThrownBy(() -> counts.accept(new ServiceName("b".repeat(100)), THREE))
                .isInstanceOf(Overloaded.class)
                .hasMessageContaining("more than 100 bytes");
    }
}
