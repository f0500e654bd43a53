package io.discovery.console;

import io.discovery.testing.Browser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The console of a member in a browser. */
final class ConsolePage {

    private static final Path PICTURES = Path.of("target", "console");
    private static final Path AXE = Path.of("target/clients/axe-core/node_modules/axe-core/axe.min.js");

    private final Browser browser;
    private final String address;

    /** @param port of a member, or of a load balancer before members */
    ConsolePage(Browser browser, int port) {
        this.browser = browser;
        this.address = "http://127.0.0.1:" + port + "/";
    }

    /** Returns the fields of a registration in one zone. */
    static Map<String, String> registration(String ip, String revision, int weight) {
        return Map.of(
                "ip",
                ip,
                "port",
                "9000",
                "revision",
                revision,
                "tags",
                "{\"az\": \"eu-1a\", \"region\": \"eu-1\", \"instance_id\": \"i\", \"load_balancing_weight\": " + weight
                        + "}");
    }

    /** Opens the console as a person does, who types an address, and waits until it is live. */
    ConsolePage open() {
        browser.open("about:blank");
        browser.open(address);
        awaitLive();
        return this;
    }

    void awaitLive() {
        browser.await(() -> browser.text(".link").equals("Live"));
    }

    /** Goes to a screen by its link, and waits until it is live and shows something. */
    void go(String link) {
        // Not from the same screen, which would keep what is selected.
        browser.run("location.hash = '#/none';");
        browser.await(() -> browser.text("main").contains("no such screen"));
        browser.run("location.hash = given[0];", link);
        browser.await(
                () -> !browser.text("main").isBlank() && !browser.text("main").contains("Loading"));
        awaitLive();
    }

    void goToService(String name) {
        go("#/service/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    /** Returns the texts of the first column that has some, of all rows in sight. */
    List<String> names() {
        return browser.texts("tbody td .name");
    }

    /** Returns the text of the row with a name. */
    String row(String name) {
        return browser.run(
                        "return [...document.querySelectorAll('tbody tr')].find(row =>"
                                + " [...row.querySelectorAll('.name')].some(each => each.innerText ==="
                                + " given[0]))?.innerText ?? '';",
                        name)
                .asText();
    }

    /** Ticks the rows with these names, once they are in sight. */
    void select(String... names) {
        for (String name : names) {
            browser.await(() -> !row(name).isEmpty());
            browser.run(
                    "[...document.querySelectorAll('tbody tr')].find(row => row.querySelector('.name')?.innerText ==="
                            + " given[0]).querySelector('input').click();",
                    name);
        }
    }

    /** Clicks at a button of the page, and waits for the dialog that it opens. */
    void choose(String label) {
        browser.click(".toolbar button", label);
        browser.await(() -> !browser.text("dialog").isEmpty());
    }

    /** Clicks at a button of the dialog. */
    void answer(String label) {
        browser.click("dialog button", label);
        browser.await(() -> browser.text("dialog").isEmpty());
    }

    /** Returns the text of the last notice. */
    String notice() {
        return browser.text(".notice:last-child .said");
    }

    void picture(String name) {
        browser.picture(PICTURES.resolve(name + ".png"));
    }

    /** Returns what the page complained of; the browser itself logs each request that fails or is refused. */
    List<String> complaints() {
        return browser.complaints().stream()
                .filter(line -> !line.contains("Failed to load resource") && !line.contains("net::ERR_"))
                .toList();
    }

    static boolean hasAxe() {
        return Files.exists(AXE);
    }

    /** Returns what axe-core, which checks pages for accessibility, finds wrong. */
    List<String> violations() {
        try {
            browser.run(Files.readString(AXE) + "; window.axe = axe;");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return List.of(browser.run("const found = await axe.run(document, {resultTypes: ['violations']}); return"
                                + " found.violations.flatMap(each => each.nodes.map(node => each.id + ': ' + node.html + ' ' +"
                                + " node.failureSummary)).join('\\u0000');")
                        .asText()
                        .split("\u0000", -1))
                .stream()
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
