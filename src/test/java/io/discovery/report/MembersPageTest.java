package io.discovery.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.registry.Membership.MemberInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MembersPageTest {

    private static final MemberInfo SELF = new MemberInfo("a", "10.0.0.1:5701", true, "2.0.0");
    private static final MemberInfo OTHER = new MemberInfo("b", "10.0.0.2:5701", false, "1.9.0");

    @Test
    void aReportFollowsWhatTheClusterKnowsOfItsMember() {
        assertThat(page(Map.of("a", "{\"ready\": true}")))
                .isEqualTo("{\"partitions_safe\": true, \"members\": ["
                        + "{\"id\": \"a\", \"address\": \"10.0.0.1:5701\", \"self\": true, \"version\": \"2.0.0\","
                        + " \"answered\": true, \"ready\": true}, "
                        + "{\"id\": \"b\", \"address\": \"10.0.0.2:5701\", \"self\": false, \"version\": \"1.9.0\","
                        + " \"answered\": false}]}\n");
    }

    @Test
    void bytesThatAreNoObjectAreNoReport() {
        for (String bytes : List.of("", "{}", "[1, 2]", "{\"cut")) {
            assertThat(page(Map.of("a", bytes))).as(bytes).doesNotContain("\"answered\": true", "cut");
        }
    }

    private static String page(Map<String, String> reports) {
        return MembersPage.of(
                        Map.of("partitions_safe", true),
                        List.of(SELF, OTHER),
                        reports.entrySet().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey,
                                        report -> report.getValue().getBytes(StandardCharsets.UTF_8))))
                .toString();
    }
}
