package io.discovery.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.discovery.testing.Browser;
import io.discovery.testing.LoadBalancer;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.TestIdentities;
import io.discovery.testing.Tools;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console of one member in a real browser, and its effect on another member. */
@Tag("long")
@Timeout(180)
@TestMethodOrder(OrderAnnotation.class)
class ConsoleIT {

    private static final Duration LIVE = Duration.ofSeconds(1);

    private static final List<String> SCREENS =
            List.of("services", "service/payments", "host/127.0.0.2", "cluster", "clients", "changes", "charts");

    private static Browser browser;
    private static TestCluster cluster;
    private static TestClient elsewhere;
    private static ConsolePage page;

    @BeforeAll
    static void start() {
        browser = Browser.start();
        browser.resize(1280, 800);
        cluster = TestCluster.start(2, Map.of());
        elsewhere = cluster.client(1);
        for (int host = 2; host < 8; host++) {
            elsewhere.register("payments", ConsolePage.registration("127.0.0." + host, host < 5 ? "4711" : "4712", 50));
        }
        Stream.of("orders", "checkout", "inventory", "search-api")
                .forEach(name -> elsewhere.register(name, ConsolePage.registration("127.0.0.2", "9", 10)));
        page = new ConsolePage(browser, cluster.member(0).port()).open();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void nothingWasComplainedOf() {
        assertThat(page.complaints()).isEmpty();
    }

    private static int weight(String service, String ip) {
        HttpResponse<String> host = elsewhere.get("/v1/registration/" + service + "/" + ip);
        try {
            return new ObjectMapper()
                    .readTree(host.body())
                    .path("tags")
                    .path("load_balancing_weight")
                    .asInt();
        } catch (JsonProcessingException broken) {
            throw new AssertionError(host.body(), broken);
        }
    }

    @Test
    @Order(1)
    void eachScreenShowsWhatThereIs() {
        page.go("#/services");
        assertThat(page.names()).contains("checkout", "inventory", "orders", "payments", "search-api");
        assertThat(page.row("payments")).contains("6").contains("50");

        page.goToService("payments");
        assertThat(page.names())
                .containsExactly("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6", "127.0.0.7");
        assertThat(page.row("127.0.0.2")).contains("9000", "4711", "eu-1a", "50", "s ago", "min");
        assertThat(browser.text(".legend")).contains("4711", "4712");

        page.go("#/host/127.0.0.2");
        assertThat(page.names()).containsExactly("checkout", "inventory", "orders", "payments", "search-api");

        page.go("#/cluster");
        browser.await(() -> browser.text(".verdict .answer").equals("Yes, one."));
        assertThat(browser.texts(".card")).hasSize(2);

        page.go("#/clients");
        browser.await(() -> browser.text("main").contains("Watchers"));

        page.go("#/changes?service=orders");
        browser.await(() -> browser.text("main").contains("registered"));
        assertThat(page.names()).contains("orders", "127.0.0.2").doesNotContain("payments");

        page.go("#/charts");
        browser.await(() -> browser.text(".chart .now").contains("10"));
    }

    @Test
    @Order(2)
    void eachScreenLooksAsItShouldInBothSchemesAndOnAPhone() {
        for (String scheme : List.of("light", "dark")) {
            browser.preferColours(scheme);
            for (String screen : SCREENS) {
                page.go("#/" + screen);
                page.picture(screen.replaceAll("/.*", "") + "-" + scheme);
                if (ConsolePage.hasAxe()) {
                    assertThat(page.violations()).as("%s, %s", screen, scheme).isEmpty();
                }
            }
        }
        browser.preferColours("light");
        browser.resize(390, 844);
        for (String screen : SCREENS) {
            page.go("#/" + screen);
            page.picture(screen.replaceAll("/.*", "") + "-narrow");
            assertThat(browser.run("return document.documentElement.scrollWidth;")
                            .asInt())
                    .as(screen)
                    .isLessThanOrEqualTo(390);
        }
        browser.resize(1280, 800);
        if (!ConsolePage.hasAxe()) {
            System.out.println(
                    "SKIPPED: axe-core is not there (./scripts/clients), no page is checked for accessibility");
        }
    }

    @Test
    @Order(3)
    void aChangeMadeElsewhereIsThereWithinASecond() {
        page.go("#/services");
        elsewhere.register("newcomer", ConsolePage.registration("127.0.0.9", "1", 50));
        await().atMost(LIVE).until(() -> page.names().contains("newcomer"));
        elsewhere.delete("/v1/registration/newcomer/127.0.0.9");
        await().atMost(LIVE).until(() -> !page.names().contains("newcomer"));

        page.goToService("payments");
        elsewhere.register("payments", ConsolePage.registration("127.0.0.9", "4713", 50));
        await().atMost(LIVE).until(() -> page.names().contains("127.0.0.9"));
        elsewhere.delete("/v1/registration/payments/127.0.0.9");
        await().atMost(LIVE).until(() -> !page.names().contains("127.0.0.9"));

        page.go("#/changes");
        elsewhere.register("newcomer", ConsolePage.registration("127.0.0.10", "1", 50));
        await().atMost(LIVE).until(() -> page.names().contains("127.0.0.10"));

        page.go("#/host/127.0.0.10");
        elsewhere.register("another", ConsolePage.registration("127.0.0.10", "1", 50));
        await().atMost(LIVE).until(() -> page.names().contains("another"));
    }

    @Test
    @Order(4)
    void nothingMovesWhileThePageUpdates() {
        page.goToService("payments");
        browser.run("window.shifts = 0; window.observer = new PerformanceObserver(list => list.getEntries().forEach("
                + "entry => window.shifts += entry.value)); window.observer.observe({type: 'layout-shift'});");
        for (int weight = 51; weight < 55; weight++) {
            int set = weight;
            elsewhere.post("/v1/loadbalancing/payments/127.0.0.4", Map.of("load_balancing_weight", "" + set));
            browser.await(() -> page.row("127.0.0.4").contains("" + set));
        }

        assertThat(browser.run("window.observer.disconnect(); return window.shifts;")
                        .asDouble())
                .isZero();
    }

    @Test
    @Order(5)
    void aWeightIsSetForSeveralHostsAndUndone() {
        page.goToService("payments");
        page.select("127.0.0.2", "127.0.0.3");
        page.choose("Set weight");
        browser.type("dialog input", "200");
        browser.click("dialog button", "Set weight");
        browser.await(() -> browser.text("dialog").contains("from 1 to 100"));
        browser.type("dialog input", "70");
        page.answer("Set weight");

        browser.await(() -> page.notice().equals("Weight 70 is set on 2 hosts of payments."));
        assertThat(weight("payments", "127.0.0.2")).isEqualTo(70);
        assertThat(weight("payments", "127.0.0.3")).isEqualTo(70);
        assertThat(weight("payments", "127.0.0.4")).isNotEqualTo(70);
        browser.await(() -> page.row("127.0.0.2").contains("70"));

        browser.click(".notice:last-child button", "Undo");
        browser.await(() -> page.notice().contains("are as they were"));
        assertThat(weight("payments", "127.0.0.2")).isEqualTo(50);
        assertThat(weight("payments", "127.0.0.3")).isEqualTo(50);
    }

    @Test
    @Order(6)
    void aHostIsDrainedAndGetsItsWeightBack() {
        page.goToService("payments");
        page.select("127.0.0.5");
        page.choose("Drain");
        assertThat(browser.text("dialog")).contains("127.0.0.5:9000", "next to no new traffic");
        page.answer("Drain");
        browser.await(() -> page.row("127.0.0.5").contains("drained"));
        assertThat(weight("payments", "127.0.0.5")).isEqualTo(1);

        page.choose("Undrain");
        assertThat(browser.run("return document.querySelector('dialog input').value;")
                        .asText())
                .isEqualTo("50");
        page.answer("Undrain");
        browser.await(() -> !page.row("127.0.0.5").contains("drained"));
        assertThat(weight("payments", "127.0.0.5")).isEqualTo(50);
    }

    @Test
    @Order(7)
    void manyHostsThatOthersDrainedGetTheirOwnWeightsBack() {
        for (int host = 1; host <= 60; host++) {
            elsewhere.register("fleet", ConsolePage.registration("127.0.2." + host, "9", 1 + host));
        }
        elsewhere.register("fleet", ConsolePage.registration("127.0.2.100", "9", 90));
        for (int host = 1; host <= 60; host++) {
            elsewhere.post("/v1/loadbalancing/fleet/127.0.2." + host, Map.of("load_balancing_weight", "1"));
        }
        page.goToService("fleet");
        browser.await(
                () -> page.row("127.0.2.60").isEmpty() || page.row("127.0.2.60").contains("drained"));
        browser.await(() -> browser.text(".toolbar .count").startsWith("61 "));
        browser.click("thead input");
        page.choose("Undrain");
        assertThat(browser.text("dialog"))
                .contains("Undrain 60 hosts", "1 selected host is not drained", "the weight that it had before");
        page.answer("Undrain");

        browser.await(() -> page.notice().equals("Weights are set on 60 hosts of fleet."));
        for (int host = 1; host <= 60; host++) {
            assertThat(weight("fleet", "127.0.2." + host)).isEqualTo(1 + host);
        }
        assertThat(weight("fleet", "127.0.2.100")).isEqualTo(90);

        browser.await(() -> browser.text(".toolbar .count").startsWith("61 "));
        browser.click(".toolbar button", "Undrain");
        browser.await(() -> page.notice().equals("None of these 61 hosts is drained."));
    }

    @Test
    @Order(8)
    void aHostIsRemovedAfterAQuestion() {
        elsewhere.register("orders", ConsolePage.registration("127.0.0.20", "9", 10));
        page.goToService("orders");
        browser.await(() -> page.names().contains("127.0.0.20"));
        page.select("127.0.0.20");
        page.choose("Remove");
        assertThat(browser.text("dialog")).contains("goes on with its heartbeats returns");
        page.answer("Cancel");
        assertThat(elsewhere.hosts("orders")).contains("127.0.0.20");

        page.choose("Remove");
        page.answer("Remove 1 host");
        browser.await(() -> page.notice().startsWith("127.0.0.20 removed."));
        assertThat(elsewhere.hosts("orders")).doesNotContain("127.0.0.20");
        browser.await(() -> !page.names().contains("127.0.0.20"));
    }

    @Test
    @Order(9)
    void anActionSaysWhyItWasRefused() {
        elsewhere.register("inventory", ConsolePage.registration("127.0.0.30", "9", 10));
        page.goToService("inventory");
        browser.await(() -> page.names().contains("127.0.0.30"));
        page.select("127.0.0.30");
        page.choose("Remove");
        elsewhere.delete("/v1/registration/inventory/127.0.0.30");
        page.answer("Remove 1 host");

        browser.await(() -> page.notice().contains("1 host refused: 127.0.0.30: no host 127.0.0.30 is registered"));
    }

    @Test
    @Order(10)
    void keysAloneLeadThroughThePage() {
        page.go("#/services");
        browser.press("/");
        browser.press("p", "a", "y");
        browser.await(() -> page.names().equals(List.of("payments")));
        browser.press(Browser.DOWN);
        browser.press(Browser.ENTER);
        browser.await(() -> browser.text("h1").equals("payments"));
        assertThat(browser.run("return location.hash;").asText()).isEqualTo("#/service/payments");

        browser.await(() -> page.names().contains("127.0.0.2"));
        browser.press("j", " ", "j", " ");
        browser.await(() -> browser.text(".toolbar .count").equals("2 hosts selected"));
        browser.press("w");
        browser.await(() -> browser.text("dialog").contains("2 hosts"));
        browser.press(Browser.ESCAPE);
        browser.await(() -> browser.text("dialog").isEmpty());

        browser.back();
        browser.await(() -> page.names().equals(List.of("payments")));
        assertThat(browser.run("return document.querySelector('#find').value;").asText())
                .isEqualTo("pay");
        browser.press("g", "c");
        browser.await(() -> browser.text(".verdict").contains("May I restart"));
    }

    @Test
    @Order(11)
    void whatClientsSayIsText() {
        String longName = "n".repeat(2000);
        List<String> hostile = List.of(
                "<script>window.hurt = 1<script>",
                "<img src=x onerror=window.hurt=1>",
                "مرحبا",
                "🚀🧨",
                "a'b\"c&amp;",
                "\u202egnp.exe",
                longName);
        for (String name : hostile) {
            String tags = "{\"az\": \"<b>z</b>\", \"region\": \"r\", \"instance_id\": \"i\", \"<u>tag</u>\":"
                    + " \"<script>window.hurt = 1</script>\"}";
            String body = String.format(
                    "[{\"service\": %s, \"ip\": \"127.0.0.40\", \"port\": 80, \"revision\": \"<i>r</i>\", \"tags\":"
                            + " %s}]",
                    new TextNode(name), tags);
            assertThat(elsewhere
                            .post("/v1/registrations", "application/json", body)
                            .statusCode())
                    .as(name)
                    .isEqualTo(200);
        }
        page.go("#/services");
        browser.await(() -> page.names().containsAll(hostile.subList(0, 5)));
        // It would turn the letters after it round.
        assertThat(page.names()).contains("[U+202E]gnp.exe");
        page.picture("hostile");
        for (String name : hostile) {
            page.goToService(name);
            browser.await(() -> page.names().equals(List.of("127.0.0.40")));
            assertThat(page.row("127.0.0.40")).contains("<i>r</i>", "<b>z</b>");
            browser.run("document.querySelector('tbody td:nth-child(3)').click();");
            browser.await(() -> browser.text("dialog").contains("<u>tag</u>"));
            browser.press(Browser.ESCAPE);
            browser.await(() -> browser.text("dialog").isEmpty());
            page.go("#/services");
        }
        assertThat(browser.run("return window.hurt ?? 0;").asInt()).isZero();
        assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth;")
                        .asBoolean())
                .isTrue();
        hostile.forEach(name -> elsewhere.delete("/v1/registration/"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20")
                + "/127.0.0.40"));
    }

    @Test
    @Order(12)
    void aPersonSignsInWhereTheMemberAsksWhoItIs(@TempDir Path dir) {
        Path identities = TestIdentities.OF_PAYMENTS.write(dir.resolve("auth.yaml"));
        try (MemberProcess closed = MemberProcess.start(Map.of("AUTH_FILE", identities.toString()))) {
            TestIdentities.clientOf(closed.client(), "admin").register("payments", "127.0.0.2");
            browser.open("about:blank");
            browser.open("http://127.0.0.1:" + closed.port() + "/ui/");
            browser.await(() -> browser.text("dialog").contains("expected those of an identity"));
            page.picture("sign-in");
            browser.type("dialog input[name=token]", "wrong");
            browser.click("dialog form.token button[type=submit]");
            browser.await(() -> browser.text("dialog").contains("unknown, or no longer good"));
            browser.type("dialog input[name=token]", TestIdentities.tokenOf("reader-of-all"));
            browser.click("dialog form.token button[type=submit]");
            browser.await(() -> page.names().contains("payments"));
            page.awaitLive();

            browser.run("location.hash = '#/cluster';");
            browser.await(() -> browser.text(".trouble").contains("expected an identity that may administer")
                    || browser.text(".trouble").contains("admin"));
            page.goToService("payments");
            page.select("127.0.0.2");
            page.choose("Remove");
            page.answer("Remove 1 host");
            browser.await(() -> page.notice().contains("expected an identity that may write"));
            browser.run("sessionStorage.clear();");
        }
        page.open();
    }

    @Test
    @Order(13)
    void aHostThatSendsStrangeTagsIsShownAndThePageGoesOn() {
        String strange = "{\"toString\": 1, \"valueOf\": 1}";
        elsewhere.register(
                "strange",
                Map.of(
                        "ip",
                        "127.0.0.60",
                        "port",
                        "80",
                        "revision",
                        "1",
                        "tags",
                        "{\"az\": " + strange + ", \"region\": " + strange + ", \"instance_id\": " + strange
                                + ", \"load_balancing_weight\": " + strange + "}"));
        page.goToService("strange");
        browser.await(() -> page.names().equals(List.of("127.0.0.60")));
        browser.run("document.querySelector('tbody td:nth-child(3)').click();");
        browser.await(() -> browser.text("dialog").contains(strange.replace(" ", "")));
        browser.press(Browser.ESCAPE);
        browser.await(() -> browser.text("dialog").isEmpty());

        elsewhere.register("strange", ConsolePage.registration("127.0.0.61", "1", 50));
        browser.await(() -> page.names().contains("127.0.0.61"));
        page.go("#/constructor");
        browser.await(() -> browser.text("main").contains("no such screen"));
    }

    @Test
    @Order(14)
    void anActionConcernsNoPortThatRegistersMeanwhile() {
        try (MemberProcess ports = MemberProcess.start(Map.of("INSTANCE_KEY", "ip_port"))) {
            ports.client().register("payments", Map.of("ip", "127.0.0.2", "port", "9000"));
            ConsolePage ofPorts = new ConsolePage(browser, ports.port()).open();
            ofPorts.goToService("payments");
            browser.await(() -> ofPorts.names().contains("127.0.0.2"));
            ofPorts.select("127.0.0.2");
            ofPorts.choose("Remove");
            ports.client().register("payments", Map.of("ip", "127.0.0.2", "port", "9001"));
            ofPorts.answer("Remove 1 host");

            browser.await(() -> ofPorts.notice().startsWith("127.0.0.2:9000 removed."));
            assertThat(ports.client().get("/v1/registration/payments").body())
                    .contains("\"port\": 9001")
                    .doesNotContain("\"port\": 9000");
        }
        page.open();
    }

    /**
     * Returns the number of the member at which a client watches a service; -1 if there is none. A load balancer may keep
     * streams of former screens open for a while.
     */
    private static int memberOfWatch(String service) throws JsonProcessingException {
        JsonNode members =
                new ObjectMapper().readTree(elsewhere.get("/v1/clients").body()).path("members");
        for (JsonNode member : members) {
            if (member.path("watchers").findValuesAsText("service").contains(service)) {
                return member.path("self").asBoolean() ? 1 : 0;
            }
        }
        return -1;
    }

    /** Last, since it ends a member. */
    @Test
    @Order(15)
    void thePageGoesOnWhenItsMemberEnds() {
        if (Tools.find("haproxy").isEmpty()) {
            Tools.skip("there is no haproxy, no console is watched while its member ends");
        }
        try (LoadBalancer balancer = LoadBalancer.haproxy(cluster)) {
            ConsolePage behind = new ConsolePage(browser, balancer.port()).open();
            behind.go("#/cluster");
            browser.await(() -> browser.text(".verdict .answer").equals("Yes, one."));
            behind.goToService("payments");
            browser.run("window.links = []; new MutationObserver(() => { const link ="
                    + " document.querySelector('.link').innerText; if (window.links.at(-1) !== link) {"
                    + " window.links.push(link); } }).observe(document.querySelector('.link'), {childList: true,"
                    + " subtree: true, characterData: true});");
            int follower = await().until(() -> memberOfWatch("payments"), member -> member >= 0);
            cluster.kill(follower);
            TestClient left = cluster.client(1 - follower);
            browser.await(() -> browser.run("return window.links;").toString().contains("Reconnecting"));
            behind.awaitLive();

            left.register("payments", ConsolePage.registration("127.0.0.50", "4711", 50));
            browser.await(() -> behind.names().contains("127.0.0.50"));

            behind.go("#/cluster");
            browser.await(() -> browser.text(".verdict").contains("was a member a short time ago"));
        }
    }
}
