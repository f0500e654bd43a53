package io.discovery.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Browser;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The console in a real browser when requests fail, streams begin late, or a host goes while it is shown. */
@Tag("long")
@Timeout(180)
class ConsoleTroubleIT {

    private static Browser browser;
    private static MemberProcess member;
    private static TestClient client;
    private static ConsolePage page;

    @BeforeAll
    static void start() {
        browser = Browser.start();
        browser.resize(1280, 800);
        member = MemberProcess.start(Map.of());
        client = member.client();
        page = new ConsolePage(browser, member.port()).open();
    }

    @AfterAll
    static void stop() {
        if (member != null) {
            member.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void nothingWasComplainedOf() {
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    void aListWhoseStreamBeginsLateHasNoHole() {
        page.go("#/services");
        browser.run("const real = window.fetch; window.fetch = (address, options) => window.isHeld &&"
                + " String(address).includes('/v1/changes?watch') ? Promise.reject(window.tried++) :"
                + " real(address, options); window.isHeld = true; location.hash = '#/changes?service=overlooked';");
        browser.await(() -> browser.text("main").contains("No change fits, so far."));
        client.register("overlooked", ConsolePage.registration("127.0.0.70", "1", 50));
        browser.await(() -> client.get("/v1/changes?service=overlooked").body().contains("127.0.0.70"));
        browser.run("window.tried = 0;");
        browser.await(() -> browser.run("return window.tried;").asInt() > 0);
        browser.run("window.isHeld = false;");

        browser.await(() -> page.names().contains("127.0.0.70"));
        client.register("overlooked", ConsolePage.registration("127.0.0.71", "1", 50));
        browser.await(() -> page.names().contains("127.0.0.71"));
        assertThat(browser.texts("tbody tr")).hasSize(2);
        page.open();
    }

    @Test
    void aMemberThatStartedAgainIsChartedFromItsNewProcess() {
        page.go("#/charts");
        String shown = browser.run("const { keep, mostSeen, seen } = await import(location.origin + '/ui/metrics.js');"
                        + " seen.members.clear(); const now = Date.now(); const answer = (began, secondsAgo) =>"
                        + " keep({began, hosts: began}, now - secondsAgo * 1000);"
                        + " for (let ago = 880; ago > 100; ago -= 5) { answer(1, ago); }"
                        + " for (let ago = 90; ago >= 0; ago -= 5) { answer(2, ago); }"
                        + " const { samples, members } = mostSeen(); answer(2, -200);"
                        + " return [samples[0].began, members,"
                        + " seen.members.get(1).every(each => each.time >= now - 700_000)].join(' ');")
                .asText();
        assertThat(shown).isEqualTo("2 1 true");
        page.open();
    }

    @Test
    void chartsSayWhetherTheyAreLive() {
        browser.open("about:blank");
        browser.open("http://127.0.0.1:" + member.port() + "/ui/#/charts");
        page.awaitLive();
        browser.run("const real = window.fetch; window.fetch = (address, options) => window.isOut &&"
                + " String(address).endsWith('/metrics') ? Promise.resolve(new Response('{\"error\": \"no numbers\"}',"
                + " {status: 503})) : real(address, options); window.isOut = true;");
        browser.await(() -> browser.text(".link").startsWith("Reconnecting"));
        assertThat(browser.text("main")).contains("no numbers", "Hosts listed");

        browser.run("window.isOut = false;");
        page.awaitLive();
        assertThat(browser.text("main")).doesNotContain("no numbers");
        page.open();
    }

    @Test
    void olderChangesThatCouldNotBeLoadedAreAskedForAgain() {
        for (int host = 1; host <= 110; host++) {
            client.register("long-ago", ConsolePage.registration("127.0.3." + host, "9", 50));
        }
        page.go("#/changes?service=long-ago");
        browser.await(() -> browser.texts("tbody tr").size() == 100);
        browser.run("const real = window.fetch; window.fetch = (address, options) => window.isOut &&"
                + " String(address).includes('before=') ? Promise.resolve(new Response('{\"error\": \"no past\"}',"
                + " {status: 503})) : real(address, options); window.isOut = true;");
        browser.click(".foot button", "Load older");
        browser.await(() -> browser.text(".toolbar").contains("no past"));
        assertThat(browser.texts("tbody tr")).hasSize(100);

        browser.run("window.isOut = false;");
        browser.click(".toolbar button", "Try again");
        browser.await(() -> browser.texts("tbody tr").size() == 110);
        assertThat(browser.text(".toolbar")).doesNotContain("no past");
        page.open();
    }

    @Test
    void aServiceThatWasNotFoundOnceIsShownAgain() {
        client.register("found", ConsolePage.registration("127.0.0.90", "9", 50));
        page.go("#/services");
        // The page waits for half a minute before it asks again for what it did not find.
        browser.run("const later = window.setTimeout;"
                + " window.setTimeout = (what, wait) => later(what, Math.min(wait, 1000));");
        browser.run("const real = window.fetch; window.fetch = (address, options) => {"
                + " if (!String(address).includes('/v1/watch/')) { return real(address, options); }"
                + " if (window.isLost) { window.isLost = false;"
                + " return Promise.resolve(new Response('', {status: 404})); }"
                + " window.cut = new AbortController();"
                + " return real(address, {...options, signal: window.cut.signal}); };");
        page.goToService("found");
        browser.await(() -> page.names().contains("127.0.0.90"));
        browser.run("window.isLost = true; window.cut.abort();");
        browser.await(() -> !browser.text(".trouble").isEmpty());

        browser.await(() -> page.names().contains("127.0.0.90"));
        page.awaitLive();
        page.open();
    }

    @Test
    void anActionEndsWhereAnotherProofIsWanted() {
        for (int host = 1; host <= 20; host++) {
            client.register("guarded", ConsolePage.registration("127.0.4." + host, "9", 50));
        }
        page.goToService("guarded");
        browser.await(() -> browser.text(".toolbar .count").equals("20 hosts"));
        browser.click("thead input");
        page.choose("Remove");
        browser.run("const real = window.fetch; window.asked = 0; window.fetch = (address, options) => {"
                + " if (options.method !== 'DELETE') { return real(address, options); } window.asked++;"
                + " return Promise.resolve(new Response('{\"error\": \"no longer good\"}', {status: 401})); };");
        browser.click("dialog button", "Remove 20 hosts");

        browser.await(() -> page.notice().contains("20 hosts refused: "));
        assertThat(page.notice()).contains("no longer good");
        assertThat(browser.run("return window.asked;").asInt()).isLessThanOrEqualTo(6);
        browser.await(() -> browser.text("dialog").contains("Sign in"));
        page.open();
    }

    @Test
    void aMemberSaysItselfWhyItHasNoChanges() {
        try (MemberProcess silent = MemberProcess.start(Map.of("HISTORY_CHANGES", "0"))) {
            browser.open("about:blank");
            browser.open("http://127.0.0.1:" + silent.port() + "/ui/#/changes");
            browser.await(() -> browser.text(".trouble").contains("HISTORY_CHANGES is 0"));
            assertThat(browser.text(".trouble")).doesNotContain("does not know this");

            browser.run("location.hash = '#/cluster'; const real = window.fetch; window.fetch = (address, options) =>"
                    + " String(address).includes('/v1/changes') ? Promise.resolve(new Response('<h1>Not Found</h1>',"
                    + " {status: 404})) : real(address, options);");
            browser.await(() -> browser.text(".trouble").isEmpty());
            browser.run("location.hash = '#/changes';");
            browser.await(() -> browser.text(".trouble").contains("runs a version that does not know this"));
        }
        page.open();
    }

    /** The rules of the members tell whether the port belongs to the key of a host. */
    @Test
    void theDetailsOfAHostOutliveRulesThatComeLate() {
        client.register("late", ConsolePage.registration("127.0.0.85", "1", 50));
        browser.run("const real = window.fetch; window.fetch = (address, options) =>"
                + " String(address).includes('/v1/services/overview?') ? new Promise(done => { window.tell = async () => {"
                + " const body = await (await real(address, options)).json();"
                + " done(new Response(JSON.stringify({...body, instance_key: 'ip_port'}))); }; }) :"
                + " real(address, options); location.hash = '#/service/late';");
        browser.await(() -> page.names().equals(List.of("127.0.0.85")));
        browser.run("document.querySelector('tbody td:nth-child(3)').click();");
        browser.await(() -> browser.text("dialog dl.mono").contains("50"));

        browser.await(() -> browser.run("return typeof window.tell;").asText().equals("function"));
        browser.run("await window.tell();");
        browser.await(() -> page.row("127.0.0.85").matches("(?s).*\\d+ min \\d+ s.*"));
        client.post("/v1/loadbalancing/late/127.0.0.85", Map.of("load_balancing_weight", "78"));
        browser.await(() -> browser.text("dialog dl.mono").contains("78"));
        browser.press(Browser.ESCAPE);
        browser.await(() -> browser.text("dialog").isEmpty());
        page.open();
    }

    @Test
    void theDetailsOfAHostAreThoseOfNow() {
        client.register("detailed", ConsolePage.registration("127.0.0.80", "1", 50));
        page.goToService("detailed");
        browser.await(() -> page.names().equals(List.of("127.0.0.80")));
        browser.run("document.querySelector('tbody td:nth-child(3)').click();");
        browser.await(() -> browser.text("dialog dl.mono").contains("50"));

        client.post("/v1/loadbalancing/detailed/127.0.0.80", Map.of("load_balancing_weight", "77"));
        browser.await(() -> browser.text("dialog dl.mono").contains("77"));
        client.delete("/v1/registration/detailed/127.0.0.80");
        browser.await(() -> browser.text("dialog").contains("no longer listed"));
        browser.press(Browser.ESCAPE);
        browser.await(() -> browser.text("dialog").isEmpty());
    }
}
