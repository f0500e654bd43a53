package io.discovery.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.json.JsonText;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome.Applied;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The targets for Prometheus, after its pages "HTTP SD", and "Data model" for names of labels. */
class TargetListTest {

    private static final Lease LEASE = Lease.of(Duration.ofSeconds(10));
    private static final String PAYMENTS = "payments";
    private static final String META = "__meta_discovery_";

    private final AtomicLong now = new AtomicLong(1_000_000);
    private final Directory directory = new Directory(LEASE, ExpiryProtection.ON, now::get, CacheBudget.unlimited());

    @Test
    void eachInstanceIsAGroupOfItsOwn() {
        register("127.0.0.1", Map.of("az", "\"a\"", "region", "\"r\""));
        register("127.0.0.2", Map.of());

        assertThat(list(PAYMENTS))
                .isEqualTo("[{\"targets\": [\"127.0.0.1:9091\"], \"labels\": {\"service\": \"payments\","
                        + " \"__meta_discovery_ip_address\": \"127.0.0.1\", \"__meta_discovery_port\": \"9091\","
                        + " \"__meta_discovery_revision\": \"4711\", \"__meta_discovery_service_repo_name\": \"repo\","
                        + " \"__meta_discovery_stale\": \"false\","
                        + " \"__meta_discovery_az\": \"a\", \"__meta_discovery_region\": \"r\"}},"
                        + " {\"targets\": [\"127.0.0.2:9091\"], \"labels\": {\"service\": \"payments\","
                        + " \"__meta_discovery_ip_address\": \"127.0.0.2\", \"__meta_discovery_port\": \"9091\","
                        + " \"__meta_discovery_revision\": \"4711\", \"__meta_discovery_service_repo_name\": \"repo\","
                        + " \"__meta_discovery_stale\": \"false\"}}]\n");
    }

    @Test
    void anIpv6AddressIsInBrackets() {
        register("::1", Map.of());

        assertThat(list(PAYMENTS))
                .contains("\"targets\": [\"[::1]:9091\"]", "\"__meta_discovery_ip_address\": \"::1\"");
    }

    @Test
    void nothingIsAnEmptyArray() {
        assertThat(list(PAYMENTS)).isEqualTo("[]\n");
        assertThat(all()).isEqualTo("[]\n");
    }

    @Test
    void everyValueIsAText() {
        register(
                "127.0.0.1",
                Map.of(
                        "canary",
                        "true",
                        "weight",
                        "7",
                        "none",
                        "null",
                        "list",
                        "[1, \"a\"]",
                        "object",
                        "{\"a\": null}"));

        assertThat(labels())
                .containsEntry(META + "canary", "true")
                .containsEntry(META + "weight", "7")
                .containsEntry(META + "none", "")
                .containsEntry(META + "list", "[1, \"a\"]")
                .containsEntry(META + "object", "{\"a\": null}");
    }

    @Test
    void everyNameIsALabelName() {
        register(
                "127.0.0.1",
                Map.of(
                        "a-b",
                        "1",
                        "c.d/e",
                        "2",
                        "9",
                        "3",
                        "",
                        "4",
                        "f\u00e4\ud83d\ude00\u0000\"\n",
                        "5",
                        "\ud800",
                        "6"));

        assertThat(labels())
                .containsEntry(META + "a_b", "1")
                .containsEntry(META + "c_d_e", "2")
                .containsEntry(META + "9", "3")
                .containsEntry(META, "4")
                .containsEntry(META + "f_____", "5")
                .containsEntry(META + "_", "6")
                .allSatisfy((name, value) -> assertThat(name).matches("[a-zA-Z_][a-zA-Z0-9_]*"));
    }

    @Test
    void hostileValuesAreTextLikeAnyOther() {
        String hostile = "\"}}, {\"targets\": [\"127.0.0.9:1\"]}]\u0000\n\u2028\ud83d\ude00\\";
        register(hostile.replace("/", ""), "127.0.0.1", hostile, Map.of("tag", JsonText.quote(hostile)));

        assertThat(list(hostile)).matches("\\A\\p{ASCII}*\\z").doesNotContain("\"127.0.0.9:1\"");
        assertThat(labels(hostile))
                .containsEntry("service", hostile)
                .containsEntry(META + "revision", hostile)
                .containsEntry(META + "tag", hostile);
    }

    @Test
    void aTagTakesNoNameOfAField() {
        register("127.0.0.1", Map.of("port", "\"tag\"", "re-vision", "\"tag\"", "ip.address", "\"tag\""));

        assertThat(labels())
                .containsEntry(META + "port", "9091")
                .containsEntry(META + "re_vision", "tag")
                .containsEntry(META + "ip_address", "127.0.0.1");
    }

    @Test
    void ofTagsThatComeToOneNameTheOneThatHasItAsItStandsCountsElseTheFirst() {
        register("127.0.0.1", Map.of("a-b", "1", "a_b", "2", "a.b", "3", "c.d", "4", "c-d", "5"));

        assertThat(labels()).containsEntry(META + "a_b", "2").containsEntry(META + "c_d", "5");
    }

    @Test
    void aHostThatProtectionAloneKeepsIsMarked() {
        for (int host = 1; host <= 20; host++) {
            register("127.0.0." + host, Map.of("stale", "\"tag\""));
        }
        assertThat(labels()).containsEntry(META + "stale", "false");

        now.addAndGet(Duration.ofSeconds(11).toNanos() / 1000);

        assertThat(labels()).containsEntry(META + "stale", "true");
    }

    @Test
    void aHeartbeatMakesNothingAnewAndAChangeDoes() {
        register("127.0.0.1", Map.of("az", "\"a\""));
        Buffer made = TargetList.of(snapshot(PAYMENTS));

        register("127.0.0.1", Map.of("az", "\"a\""));
        assertThat(TargetList.of(snapshot(PAYMENTS))).isSameAs(made);

        register("127.0.0.1", Map.of("az", "\"b\""));
        assertThat(list(PAYMENTS)).contains("\"__meta_discovery_az\": \"b\"");
    }

    /** One is larger than a piece, many are smaller, in the order of their names. */
    @Test
    void theListOfAllIsTheListsOfEachInPieces() {
        for (int host = 1; host <= 250; host++) {
            register("m", "127.0.1." + host, "4711", Map.of("padding", "\"" + "x".repeat(1_000) + "\""));
        }
        for (int service = 100; service < 400; service++) {
            register("a" + service, "127.0.0.1", "4711", Map.of());
            register("z" + service, "127.0.0.1", "4711", Map.of());
        }
        List<Buffer> pieces = new ArrayList<>();
        TargetList.of(directory.names(), directory::service).forEach(pieces::add);

        assertThat(pieces).hasSizeBetween(2, 5);
        assertThat(all())
                .isEqualTo(directory.names().stream()
                        .map(each -> list(each.text()))
                        .map(list -> list.substring(1, list.length() - "]\n".length()))
                        .collect(Collectors.joining(", ", "[", "]\n")));
        assertThat(JsonText.parse(all()))
                .hasValueSatisfying(array -> assertThat(array).hasSize(850));
    }

    /** A slow reader gets each service as it is when its turn comes, and holds no service before. */
    @Test
    void eachServiceIsLookedAtWhenItsTurnComes() {
        String padding = "\"" + "x".repeat(200_000) + "\"";
        register("a", "127.0.0.1", "4711", Map.of("padding", padding));
        register("b", "127.0.0.1", "4711", Map.of());
        Iterator<Buffer> pieces =
                TargetList.of(directory.names(), directory::service).iterator();
        assertThat(pieces.next().toString()).contains("127.0.0.1:9091").endsWith("}");

        register("b", "127.0.0.2", "4711", Map.of());
        register("c", "127.0.0.3", "4711", Map.of());

        assertThat(pieces.next().toString()).contains("127.0.0.2", "127.0.0.3").endsWith("}]\n");
        assertThat(pieces.hasNext()).isFalse();
    }

    /** The services are so many that they take more than one turn of the event loop. */
    @Test
    void servicesThatListNobodyAreLeftOut() {
        for (int service = 0; service < 10_000; service++) {
            register("lapsed-" + service, "127.0.0.1", "4711", Map.of());
        }
        now.addAndGet(100_000_000);
        assertThat(all()).as("without instances").matches(" *\\[]\n");
        register("zebra", "127.0.0.1", "4711", Map.of());

        List<Buffer> pieces = new ArrayList<>();
        TargetList.of(directory.names(), directory::service).forEach(pieces::add);

        assertThat(pieces).hasSizeGreaterThan(1).allMatch(piece -> piece.length() > 0);
        assertThat(JsonText.parse(all()))
                .hasValueSatisfying(array -> assertThat(array).hasSize(1));
    }

    private void register(String address, Map<String, String> tags) {
        register(PAYMENTS, address, "4711", tags);
    }

    /** @param tags JSON text by key */
    private void register(String service, String address, String revision, Map<String, String> tags) {
        InstanceKey key = InstanceKey.of(new ServiceName(service), new IpAddress(address));
        Change change =
                new Change.Register(key, new Version(now.incrementAndGet(), 1), 9091, revision, "repo", tags, LEASE);
        Registration known = directory.find(key);
        directory.merge(((Applied) change.applyTo(known)).registration());
    }

    private Snapshot snapshot(String service) {
        return directory.service(new ServiceName(service));
    }

    private String list(String service) {
        return TargetList.of(snapshot(service)).toString();
    }

    private String all() {
        return StreamSupport.stream(
                        TargetList.of(directory.names(), directory::service).spliterator(), false)
                .map(Buffer::toString)
                .collect(Collectors.joining());
    }

    /** Returns the labels of the first target. */
    private Map<String, String> labels() {
        return labels(PAYMENTS);
    }

    private Map<String, String> labels(String service) {
        return JsonText.parse(list(service)).orElseThrow().get(0).get("labels").properties().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, label -> label.getValue().textValue()));
    }
}
