package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.faults.Fleet.Host;
import io.discovery.model.IpAddress;
import java.util.ArrayList;
import java.util.List;
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

    private static void isAddress(String text) {
        assertThat(IpAddress.parse(text)).contains(new IpAddress(text));
    }
}
