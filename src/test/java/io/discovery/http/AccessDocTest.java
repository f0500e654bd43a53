package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.AccessTable;
import io.discovery.testing.TestMember;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The table of src/docs/security.md: what each request needs. */
class AccessDocTest {

    @Test
    void theTableHasEachEndpointWithWhatItNeeds() {
        Map<String, String> inCode = new TreeMap<>();
        try (TestMember member = TestMember.start(Map.of())) {
            member.endpoints()
                    .forEach(endpoint -> endpoint.accesses()
                            .forEach((method, access) -> inCode.put(method + " " + endpoint.path(), access.text())));
        }

        assertThat(AccessTable.read()).isEqualTo(inCode);
    }
}
