package io.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestMember;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemberTest {

    @Test
    void aStandAloneMemberServesWhatItIsTold() {
        try (TestMember member = TestMember.start(Map.of())) {
            member.client().register("payments", "127.0.0.2");

            assertThat(member.client().get("/v1/registration/payments").body()).contains("\"127.0.0.2\"");
        }
    }
}
