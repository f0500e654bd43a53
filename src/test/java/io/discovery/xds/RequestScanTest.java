package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.Status;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class RequestScanTest {

    @Test
    void asManyNamesAsAStreamMayHaveAreFine() {
        DeltaDiscoveryRequest.Builder request = DeltaDiscoveryRequest.newBuilder();
        for (int i = 0; i < StreamSubscriptions.MOST_NAMES; i++) {
            request.addResourceNamesSubscribe("new-" + i)
                    .addResourceNamesUnsubscribe("old-" + i)
                    .putInitialResourceVersions("has-" + i, "1");
        }

        assertThatCode(() -> RequestScan.check(request.build().toByteArray())).doesNotThrowAnyException();
    }

    @Test
    void moreFieldsThanThatAreRefused() {
        byte[] request = DiscoveryRequest.newBuilder()
                .addAllResourceNames(Collections.nCopies(RequestScan.MOST_FIELDS + 1, ""))
                .build()
                .toByteArray();

        assertThatThrownBy(() -> RequestScan.check(request)).hasMessageContaining("more fields");
    }

    @Test
    void moreBesideNamesThanHalfAMegabyteIsRefused() {
        byte[] request = DiscoveryRequest.newBuilder()
                .setErrorDetail(Status.newBuilder().setMessage("x".repeat(RequestScan.LARGEST_OTHERS)))
                .build()
                .toByteArray();

        assertThatThrownBy(() -> RequestScan.check(request)).hasMessageContaining("at most 524288 bytes");
    }

    @Test
    void whatCannotBeReadIsRefused() {
        assertThatThrownBy(() -> RequestScan.check(new byte[] {-1, -1, 1, 2, 3}))
                .isInstanceOf(XdsRejectedException.class)
                .hasMessageContaining("cannot be read");
    }
}
