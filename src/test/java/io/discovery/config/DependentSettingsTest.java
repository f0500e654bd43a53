package io.discovery.config;

import static io.discovery.config.ReadSettings.faults;
import static io.discovery.config.ReadSettings.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.config.Settings.AuditTarget;
import io.discovery.config.Settings.ClientCertificates;
import io.discovery.config.Settings.ClusterTls;
import io.discovery.config.Settings.ClusterTlsMode;
import io.discovery.config.Settings.HttpTls;
import io.discovery.config.Settings.MemberProof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings whose default or meaning depends on other settings. */
class DependentSettingsTest {

    @TempDir
    private Path dir;

    @Test
    void postponedHeartbeatsAreALittleOfTheLease() {
        assertThat(read("HOST_TTL=10").backend().heartbeat()).isEqualTo(Duration.ofMillis(2_500));
        assertThat(faults("HOST_TTL=600", "WRITE_BEHIND_HEARTBEAT_SECONDS=201"))
                .containsExactly("WRITE_BEHIND_HEARTBEAT_SECONDS: given '201', expected an integer from 0 to 200");
    }

    @Test
    void refusalsForTheAuditLogNeedAFile() {
        assertThat(faults("AUDIT_LOG=log", "AUDIT_ON_FAILURE=refuse"))
                .containsExactly(
                        "AUDIT_ON_FAILURE: given 'refuse', expected a file as AUDIT_LOG: a member does not learn"
                                + " that a line of its own log is lost");
        assertThat(read("AUDIT_LOG=", "AUDIT_ON_FAILURE=refuse").audit().target())
                .isEqualTo(AuditTarget.OFF);
    }

    @Test
    void theDefaultBackendIsTheSeeds() {
        Settings settings = Settings.from(Map.of(), BackendNames.of("DynamoDB"));

        assertThat(settings.backend().storage()).isEqualTo("DynamoDB");
        assertThat(faults("BACKEND_STORAGE= "))
                .containsExactly("BACKEND_STORAGE: given 'DynamoDB', expected InFile or InMemory");
    }

    @ParameterizedTest
    @CsvSource({
        "a:5701, 1",
        "'a:5701,b:5701', 2",
        "'a:5701,b:5701,c:5701', 2",
        "'a:5701,b:5701,c:5701,d:5701', 3",
        "'a:5701,b:5701,c:5701,d:5701,e:5701', 3"
    })
    void aMajorityOfTheListedMembersIsWaitedFor(String members, int majority) {
        assertThat(read("CLUSTER_MEMBERS=" + members).cluster().join().minMembers())
                .isEqualTo(majority);
    }

    @Test
    void aCertificateSwitchesTlsBetweenMembersOn() throws IOException {
        String file = Files.createFile(dir.resolve("file.pem")).toString();
        String[] files = {"CLUSTER_TLS_CERT=" + file, "CLUSTER_TLS_KEY=" + file, "CLUSTER_TLS_CA=" + file};

        assertThat(read().cluster().tls()).isEqualTo(ClusterTls.NONE);
        assertThat(read(files).cluster().tls())
                .isEqualTo(new ClusterTls(
                        ClusterTlsMode.ON,
                        new MemberProof.Certificate(Path.of(file), Path.of(file), Path.of(file), "discovery")));
        assertThat(faults("CLUSTER_TLS_CERT=" + file))
                .containsExactly(
                        "CLUSTER_TLS_KEY: given '', expected a file that can be read",
                        "CLUSTER_TLS_CA: given '', expected a file that can be read");
        assertThat(faults("CLUSTER_TLS=accept")).hasSize(3);
    }

    @Test
    void theOtherFilesOfACertificateNeedOneUnlessTlsBetweenMembersIsOff() throws IOException {
        String file = Files.createFile(dir.resolve("file.pem")).toString();
        String[] others = {"CLUSTER_TLS_KEY=" + file, "CLUSTER_TLS_CA=" + file};
        String[] faults = {
            "CLUSTER_TLS_KEY: given '" + file + "', expected nothing, because CLUSTER_TLS_CERT is not set",
            "CLUSTER_TLS_CA: given '" + file + "', expected nothing, because CLUSTER_TLS_CERT is not set"
        };

        assertThat(faults(others)).containsExactly(faults);
        assertThat(faults(others[0], others[1], "CLUSTER_SECRET_FILE=" + file)).containsExactly(faults);
        assertThat(faults(others[0], others[1], "CLUSTER_TLS=on"))
                .containsExactly("CLUSTER_TLS_CERT: given '', expected a file that can be read");
        assertThat(read(others[0], others[1], "CLUSTER_TLS=off").cluster().tls())
                .isEqualTo(ClusterTls.NONE);
        assertThat(read(others[0], others[1], "CLUSTER_TLS=off", "CLUSTER_SECRET_FILE=" + file)
                        .cluster()
                        .tls())
                .isEqualTo(ClusterTls.NONE);
    }

    @Test
    void aCertificateSwitchesHttpsOn() throws IOException {
        String file = Files.createFile(dir.resolve("file.pem")).toString();
        String[] files = {"TLS_CERT=" + file, "TLS_KEY=" + file};

        assertThat(read().http().tls()).isEmpty();
        assertThat(read("TLS_CLIENT_AUTH=off").http().tls()).isEmpty();
        assertThat(read(files).http().tls())
                .contains(new HttpTls(
                        Path.of(file), Path.of(file), Optional.empty(), ClientCertificates.OFF, "127.0.0.1", 0));
        assertThat(faults("TLS_CERT=" + file)).containsExactly("TLS_KEY: given '', expected a file that can be read");
        assertThat(faults("TLS_CERT=" + file, "TLS_KEY=" + file, "TLS_CLIENT_AUTH=request"))
                .containsExactly("TLS_CLIENT_CA: given '', expected a file that can be read");
        assertThat(read("TLS_CERT=" + file, "TLS_KEY=" + file, "TLS_CLIENT_CA=" + file)
                        .http()
                        .tls()
                        .map(HttpTls::clients))
                .contains(ClientCertificates.REQUIRE);
    }

    @Test
    void aSecretSwitchesTlsBetweenMembersOn() throws IOException {
        String file = Files.createFile(dir.resolve("secret")).toString();

        assertThat(read("CLUSTER_SECRET_FILE=" + file).cluster().tls())
                .isEqualTo(new ClusterTls(ClusterTlsMode.ON, new MemberProof.Secret(Path.of(file))));
        assertThat(read("CLUSTER_SECRET_FILE=" + file, "CLUSTER_TLS=off")
                        .cluster()
                        .tls())
                .isEqualTo(ClusterTls.NONE);
        assertThat(faults("CLUSTER_SECRET_FILE=/gone"))
                .containsExactly("CLUSTER_SECRET_FILE: given '/gone', expected a file that can be read");
        assertThat(faults("CLUSTER_SECRET_FILE=" + file, "CLUSTER_TLS_CERT=" + file))
                .containsExactly("CLUSTER_SECRET_FILE: given '" + file
                        + "', expected nothing, because CLUSTER_TLS_CERT is set too");
    }

    @Test
    void withAFileInPlaceOfAListItMustBeSaidHowManyAreWaitedFor() throws Exception {
        Path file = Files.createFile(dir.resolve("hazelcast.yaml"));

        assertThat(faults("CLUSTER_CONFIG=" + file))
                .containsExactly(
                        "CLUSTER_MIN_MEMBERS: given '', expected the number of members without which none opens,"
                                + " a majority of all, because CLUSTER_CONFIG does not say how many there are");
        assertThat(read("CLUSTER_CONFIG=" + file, "CLUSTER_MIN_MEMBERS=2")
                        .cluster()
                        .join()
                        .minMembers())
                .isEqualTo(2);
    }

    @Test
    void aListAndAFileContradictEachOther() throws Exception {
        Path file = Files.createFile(dir.resolve("hazelcast.yaml"));

        assertThat(faults("CLUSTER_CONFIG=" + file, "CLUSTER_MEMBERS=a:5701", "CLUSTER_MIN_MEMBERS=1"))
                .containsExactly(
                        "CLUSTER_CONFIG: given '" + file + "', expected nothing, because CLUSTER_MEMBERS is set too");
    }

    @Test
    void aMemberOfAClusterServesOnForFiveSecondsOfItsStop() throws Exception {
        Path file = Files.createFile(dir.resolve("hazelcast.yaml"));

        assertThat(read("CLUSTER_MEMBERS=a:5701").cluster().shutdownDelay()).isEqualTo(Duration.ofSeconds(5));
        assertThat(read("CLUSTER_CONFIG=" + file, "CLUSTER_MIN_MEMBERS=2")
                        .cluster()
                        .shutdownDelay())
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(read("CLUSTER_MEMBERS=a:5701", "SHUTDOWN_DELAY_SECONDS=0")
                        .cluster()
                        .shutdownDelay())
                .isZero();
    }

    @Test
    void warmupFollowsTheTtlUnlessItIsSet() {
        assertThat(read("HOST_TTL=30").backend().warmup()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void theTtlOfTheCacheCountsOnlyWithTheCache() {
        assertThat(read("CACHE_TTL=7").http().cacheTtl()).isZero();
        assertThat(read("CACHE_TTL=7", "CACHE_TYPE=null").http().cacheTtl()).isZero();
        assertThat(read("CACHE_TYPE=simple").http().cacheTtl()).isEqualTo(Duration.ofSeconds(30));
    }
}
