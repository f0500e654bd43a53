package io.discovery.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A real Chromium without a window, driven by the protocol of WebDriver (W3C) through chromedriver. Tests are skipped, aloud,
 * where it is not installed.
 */
public final class Browser implements AutoCloseable {

    /** Keys, as WebDriver names them. */
    public static final String ENTER = "\uE007";

    public static final String ESCAPE = "\uE00C";
    public static final String DOWN = "\uE015";
    public static final String DELETE = "\uE017";
    public static final String TAB = "\uE004";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExternalProcess driver;
    private final URI base;
    private final String session;

    private Browser(ExternalProcess driver, int port, Path chromium) {
        this.driver = driver;
        this.base = URI.create("http://127.0.0.1:" + port);
        driver.awaitReady(PATIENCE, this::isReady);
        Map<String, Object> options = Map.of(
                "binary",
                chromium.toString(),
                "args",
                List.of(
                        "--headless=new",
                        // Tests may run as root, in a container without much shared memory.
                        "--no-sandbox",
                        "--disable-dev-shm-usage",
                        "--disable-gpu",
                        "--force-prefers-reduced-motion",
                        "--window-size=1280,800"));
        Map<String, Object> wanted = Map.of(
                "browserName", "chrome", "goog:chromeOptions", options, "goog:loggingPrefs", Map.of("browser", "ALL"));
        this.session = "/session/"
                + call("POST", "/session", Map.of("capabilities", Map.of("alwaysMatch", wanted)))
                        .get("sessionId")
                        .asText();
    }

    /** Starts a browser with a profile of its own. */
    public static Browser start() {
        Path chromium = Tools.require("chromium");
        Path chromedriver = Tools.require("chromedriver");
        int port = Ports.free(1).get(0);
        ExternalProcess driver =
                Program.of(chromedriver.toString(), "--port=" + port).start("chromedriver");
        try {
            return new Browser(driver, port, chromium);
        } catch (RuntimeException | Error failed) {
            driver.close();
            throw failed;
        }
    }

    private boolean isReady() {
        try {
            return call("GET", "/status", Map.of()).path("ready").asBoolean();
        } catch (UncheckedIOException notListening) {
            return false;
        }
    }

    private JsonNode call(String method, String path, Map<String, ?> body) {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
            HttpRequest sent = method.equals("POST")
                    ? request.POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
                            .build()
                    : request.method(method, BodyPublishers.noBody()).build();
            HttpResponse<String> answer = http.send(sent, BodyHandlers.ofString());
            JsonNode value = JSON.readTree(answer.body()).path("value");
            if (value.has("error")) {
                throw new AssertionError(path + ": " + value.path("message").asText());
            }
            return value;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Opens an address and waits until the page has loaded. */
    public void open(String url) {
        call("POST", session + "/url", Map.of("url", url));
    }

    public void back() {
        call("POST", session + "/back", Map.of());
    }

    /** Runs the body of an asynchronous function in the page, and returns what it returns. */
    public JsonNode run(String script, Object... arguments) {
        String body = "const done = arguments[arguments.length - 1]; const given = arguments;" + "(async () => {"
                + script + "})().then(done, failure => done({failure: String(failure)}));";
        JsonNode value = call("POST", session + "/execute/async", Map.of("script", body, "args", List.of(arguments)));
        if (value.has("failure")) {
            throw new AssertionError(value.get("failure").asText());
        }
        return value;
    }

    /** Returns the visible text of what a selector finds; empty if there is nothing. */
    public String text(String selector) {
        return run("return document.querySelector(given[0])?.innerText ?? '';", selector)
                .asText();
    }

    /** Returns the visible texts of all that a selector finds. */
    public List<String> texts(String selector) {
        JsonNode found = run("return [...document.querySelectorAll(given[0])].map(each => each.innerText);", selector);
        return StreamSupport.stream(found.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** Clicks, as with a mouse, at what a selector finds. */
    public void click(String selector) {
        call("POST", session + "/element/" + element(selector) + "/click", Map.of());
    }

    /** Clicks at the first element that a selector finds and whose text begins so. */
    public void click(String selector, String text) {
        await(() -> run(
                        "const found = [...document.querySelectorAll(given[0])].find(each =>"
                                + " each.innerText.trim().startsWith(given[1]) && !each.disabled);"
                                + " if (found) { found.click(); } return Boolean(found);",
                        selector,
                        text)
                .asBoolean());
    }

    /** Types a text into a field, over what is there. */
    public void type(String selector, String text) {
        String element = element(selector);
        call("POST", session + "/element/" + element + "/clear", Map.of());
        call("POST", session + "/element/" + element + "/value", Map.of("text", text));
    }

    private String element(String selector) {
        await(() -> run("return document.querySelector(given[0]) !== null;", selector)
                .asBoolean());
        return call("POST", session + "/element", Map.of("using", "css selector", "value", selector))
                .get(ELEMENT)
                .asText();
    }

    /** Presses and releases keys, one after the other, wherever the focus is. */
    public void press(String... keys) {
        List<Map<String, String>> actions = new ArrayList<>();
        for (String key : keys) {
            actions.add(Map.of("type", "keyDown", "value", key));
            actions.add(Map.of("type", "keyUp", "value", key));
        }
        call(
                "POST",
                session + "/actions",
                Map.of("actions", List.of(Map.of("type", "key", "id", "keyboard", "actions", actions))));
    }

    /** Waits until something holds, which should take no longer than a second or two; fails with what the page shows. */
    public void await(Callable<Boolean> condition) {
        try {
            Awaitility.await()
                    .atMost(LIMIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(30))
                    .until(condition);
        } catch (ConditionTimeoutException late) {
            throw new AssertionError("the page still shows: " + text("body"), late);
        }
    }

    public void resize(int width, int height) {
        devTools(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Lets the page see the colour scheme of the system. */
    public void preferColours(String scheme) {
        devTools(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    private void devTools(String command, Map<String, ?> parameters) {
        call("POST", session + "/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
    }

    /** Writes what the window shows as PNG. */
    public void picture(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(
                    file,
                    Base64.getDecoder()
                            .decode(call("GET", session + "/screenshot", Map.of())
                                    .asText()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Returns what the page has complained of since the last call: errors of scripts, violations of its policy. */
    public List<String> complaints() {
        JsonNode lines = call("POST", session + "/se/log", Map.of("type", "browser"));
        return StreamSupport.stream(lines.spliterator(), false)
                .filter(line ->
                        List.of("WARNING", "SEVERE").contains(line.path("level").asText()))
                .map(line -> line.path("message").asText())
                .toList();
    }

    @Override
    public void close() {
        try {
            call("DELETE", session, Map.of());
        } finally {
            driver.close();
        }
    }
}
