package io.discovery.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.testing.Browser;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The console before 20,000 services of ten hosts each. */
@Tag("long")
@Timeout(180)
class ConsoleSizeIT {

    private static final int SERVICES = 20_000;
    private static final int HOSTS = 10;
    private static final int SERVICES_AT_ONCE = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final double MOST_MILLIS = 100;
    /** Without a graphics card, beside other tests. */
    private static final double MOST_MILLIS_OF_STEP = 1_000;

    /** The column of names on a phone, in pixels. */
    private static final int LEAST_WIDTH = 100;

    /** Types a text a letter at a time, and returns the milliseconds from each letter to the picture with what fits. */
    private static final String TYPE = "const field = document.querySelector('#find');"
            + " const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;"
            + " const frame = () => new Promise(done => requestAnimationFrame(done));"
            + " const times = [];"
            + " for (let length = 1; length <= given[0].length; length++) {"
            + "   await frame();"
            + "   const begin = performance.now();"
            + "   set.call(field, given[0].slice(0, length));"
            + "   field.dispatchEvent(new Event('input', {bubbles: true}));"
            + "   await frame(); await frame();"
            + "   times.push(performance.now() - begin);"
            + " }"
            + " return times;";

    /** Scrolls through the table in steps, and returns the milliseconds from each to its picture, and whether rows were there. */
    private static final String SCROLL = "const box = document.querySelector('.scroll');"
            + " const frame = () => new Promise(done => requestAnimationFrame(done));"
            + " const times = []; let isEmpty = false;"
            + " for (let step = 1; step <= 41; step++) {"
            + "   const begin = performance.now();"
            + "   box.scrollTop = (box.scrollHeight - box.clientHeight) * step / 41;"
            + "   await frame(); await frame();"
            + "   times.push(performance.now() - begin);"
            + "   await frame();"
            + "   const middle = box.getBoundingClientRect();"
            + "   const row = document.elementFromPoint(middle.x + 60, middle.y + middle.height / 2)?.closest('tr');"
            + "   isEmpty ||= !row || row.classList.contains('gap');"
            + " }"
            + " return {times, isEmpty, last: [...document.querySelectorAll('tbody .name')].at(-1).innerText};";

    private static final String WIDTH_OF_NAME =
            "return document.querySelector('tbody .name').closest('td').getBoundingClientRect().width;";

    @Test
    void findingAndScrollingTakeNoTimeThatAPersonNotices() {
        try (Browser browser = Browser.start();
                MemberProcess member = MemberProcess.start(Map.of("REQUEST_DEADLINE_MS", "60000"), "-Xmx1g")) {
            register(member.client());
            ConsolePage page = new ConsolePage(browser, member.port()).open();
            browser.await(() -> browser.text(".toolbar .count").equals("20,000 services"));

            double keystroke = median(browser.run(TYPE, "service-1234"));
            browser.await(() -> browser.text(".toolbar .count").startsWith("11 services of"));
            browser.type("#find", "");
            browser.press("x", Browser.ESCAPE);
            browser.await(() -> browser.text(".toolbar .count").equals("20,000 services"));
            JsonNode scrolled = browser.run(SCROLL);
            double step = median(scrolled.get("times"));
            page.picture("services-many");
            browser.resize(390, 844);
            browser.await(() -> browser.run(WIDTH_OF_NAME).asInt() > LEAST_WIDTH);
            page.picture("services-many-narrow");

            System.out.printf(
                    "bench: a keystroke among %,d services shows within %.0f ms, a step of scrolling within %.0f ms"
                            + " (medians)%n",
                    SERVICES, keystroke, step);
            // Not the longest: other programs of the machine may have had the processors.
            assertThat(keystroke).isLessThan(MOST_MILLIS);
            assertThat(step).isLessThan(MOST_MILLIS_OF_STEP);
            assertThat(scrolled.get("isEmpty").asBoolean()).isFalse();
            // Names are in order by their letters.
            assertThat(scrolled.get("last").asText()).isEqualTo("service-9999");
        }
    }

    private static double median(JsonNode times) {
        double[] sorted = StreamSupport.stream(times.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }

    private static void register(TestClient client) {
        for (int first = 0; first < SERVICES; first += SERVICES_AT_ONCE) {
            String body = IntStream.range(first * HOSTS, (first + SERVICES_AT_ONCE) * HOSTS)
                    .mapToObj(
                            host -> "{\"service\": \"service-" + host / HOSTS + "\", \"ip\": \"10." + host % HOSTS + "."
                                    + (host / HOSTS) / 250 + "." + (1 + (host / HOSTS) % 250)
                                    + "\", \"port\": 8080, \"revision\": \"4711\", \"tags\": " + TestClient.TAGS + "}")
                    .collect(Collectors.joining(",", "[", "]"));
            // A member that had no processor for a while refuses what waited meanwhile.
            await().atMost(PATIENCE).until(() -> isTaken(client, body));
        }
    }

    private static boolean isTaken(TestClient client, String body) {
        return client.post("/v1/registrations", "application/json", body).statusCode() == 200;
    }
}
