package io.discovery.console;

import io.discovery.http.FixedResponse;
import io.discovery.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The files of the console, from the program's jar. vertx-web's StaticHandler would copy each to the temporary folder, which
 * may be read-only, would read it on another thread, and would not compress it: so few bytes stay in memory, in both codings.
 */
final class ConsoleFiles {

    /** The path of the page below the folder. */
    static final String PAGE = "index.html";

    private static final String FOLDER = "/ui/";

    /** All files: a jar does not tell what is in a folder. */
    static final List<String> NAMES = List.of(
            PAGE,
            "actions.js",
            "api.js",
            "changes.js",
            "charts.js",
            "clients.js",
            "cluster.js",
            "dialogs.js",
            "format.js",
            "help.js",
            "host.js",
            "hosts-table.js",
            "icon.svg",
            "live.js",
            "main.js",
            "metrics.js",
            "polled.js",
            "router.js",
            "service.js",
            "services.js",
            "state.js",
            "style.css",
            "texts.js",
            "vendor/htm.js",
            "vendor/preact.js",
            "view.js",
            "virtual.js");

    private static final Map<String, String> CONTENT_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    /** The policy by which the page loads nothing but files of the console, and sends nothing elsewhere. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final List<Response.Header> HEADERS = List.of(
            new Response.Header("Content-Security-Policy", POLICY),
            new Response.Header("X-Content-Type-Options", "nosniff"),
            new Response.Header("X-Frame-Options", "DENY"),
            new Response.Header("Referrer-Policy", "no-referrer"),
            new Response.Header("Cross-Origin-Opener-Policy", "same-origin"),
            new Response.Header("Cross-Origin-Resource-Policy", "same-origin"));

    private ConsoleFiles() {}

    /** Returns the responses with the files, by their paths below the folder. */
    static Map<String, FixedResponse> read() {
        return NAMES.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(), name -> FixedResponse.of(contentType(name), content(name), HEADERS)));
    }

    private static String contentType(String name) {
        return CONTENT_TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
    }

    private static byte[] content(String name) {
        try (InputStream file = ConsoleFiles.class.getResourceAsStream(FOLDER + name)) {
            if (file == null) {
                throw new IllegalStateException("the program's jar is not whole: " + FOLDER + name + " is missing");
            }
            return file.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(FOLDER + name, unreadable);
        }
    }
}
