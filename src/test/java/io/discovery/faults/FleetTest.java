package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.faults.Fleet.Host;
import io.discovery.model.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The addresses of a workload's hosts: valid, and each of one client. */
class FleetTest {

    @Test
    void theMostClientsDeployHostsOfDifferentAddresses() {
        Fleet fleet = new Fleet(40, 8);
        List<String> addresses = new ArrayList<>(
                List.of(fleet.host(39, 0).address(), fleet.shared(39).address()));
        for (int client = 0; client < Fleet.CLIENTS; client++) {
            for (int generation = 0; generation < 32; generation++) {
                addresses.add(fleet.deployed(client, 39, generation).address());
            }
        }

        assertThat(addresses).doesNotHaveDuplicates().allSatisfy(FleetTest::isAddress);
    }

    @Test
    void theLastClientHasServicesThatComeAndGo() {
        Host host = new Fleet(40, 8).passing(Fleet.CLIENTS - 1, 2, 7);

        isAddress(host.address());
    }

    /** A client whose hosts all fall silent for ever would have nothing to do. */
    @Test
    void eachClientOfAWorkableSizeHasAHostThatStays() {
        assertThat(new Workload.Size(40, 8, 8).isWorkable()).isTrue();
        assertThat(new Workload.Size(40, 8, 60).isWorkable()).isTrue();
        assertThat(new Workload.Size(80, 7, 256).isWorkable()).isTrue();
        assertThat(new Workload.Size(40, 8, 256).isWorkable()).isFalse();
        assertThat(new Workload.Size(40, 8, 64).isWorkable()).isFalse();
        assertThat(new Workload.Size(200, 7, 257).isWorkable()).isFalse();
        assertThat(new Workload.Size(257, 8, 8).isWorkable()).isFalse();
        assertThat(new Workload.Size(40, 255, 8).isWorkable()).isFalse();
        assertThat(new Workload.Size(40, 8, 0).isWorkable()).isFalse();
    }

    @Test
    void theClientsHaveAllHostsTogether() {
        Fleet fleet = new Fleet(5, 8);
        assertThat(IntStream.range(0, 7).boxed().flatMap(client -> fleet.ofClient(client, 7).stream()))
                .hasSize(40)
                .doesNotHaveDuplicates();
    }

    private static void isAddress(String text) {
        assertThat(IpAddress.parse(text)).contains(new IpAddress(text));
    }
}
