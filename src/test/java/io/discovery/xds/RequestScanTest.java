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
    void asManyFieldsAndBytesAsThatAreFine() {
        DiscoveryRequest names = DiscoveryRequest.newBuilder()
                .addAllResourceNames(Collections.nCopies(RequestScan.MOST_FIELDS, ""))
                .build();
        // The length of the text takes three bytes itself.
        DiscoveryRequest version = DiscoveryRequest.newBuilder()
                .setVersionInfo("x".repeat(RequestScan.LARGEST_OTHERS - 3))
                .build();

        assertThatCode(() -> RequestScan.check(names.toByteArray())).doesNotThrowAnyException();
        assertThatCode(() -> RequestScan.check(version.toByteArray())).doesNotThrowAnyException();
        assertThatThrownBy(() -> RequestScan.check(version.toBuilder()
                        .setVersionInfo(version.getVersionInfo() + "x")
                        .build()
                        .toByteArray()))
                .hasMessageContaining("beside names");
    }

    @Test
    void namesAndVersionsAreNotBesideNames() {
        String large = "x".repeat(RequestScan.LARGEST_OTHERS);

        assertThatCode(() -> RequestScan.check(DiscoveryRequest.newBuilder()
                        .addResourceNames(large)
                        .build()
                        .toByteArray()))
                .doesNotThrowAnyException();
        assertThatCode(() -> RequestScan.check(DeltaDiscoveryRequest.newBuilder()
                        .putInitialResourceVersions(large, "1")
                        .build()
                        .toByteArray()))
                .doesNotThrowAnyException();
    }

    @Test
    void whatCannotBeReadIsRefused() {
        assertThatThrownBy(() -> RequestScan.check(new byte[] {-1, -1, 1, 2, 3}))
                .isInstanceOf(XdsRejectedException.class)
                .hasMessageContaining("cannot be read");
    }
}
