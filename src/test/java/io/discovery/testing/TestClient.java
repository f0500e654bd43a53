package io.discovery.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A real HTTP client of one member. Every call is bounded in time and fails loudly. */
public final class TestClient {

    /** The tags the seed requires. */
    public static final String TAGS = "{\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"i\"}";

    private static final Pattern IP_ADDRESS = Pattern.compile("\"ip_address\": \"([^\"]*)\"");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final URI base;
    private final Map<String, String> headers;
    private final boolean isJudge;

    public TestClient(int port) {
        this("127.0.0.1", port);
    }

    public TestClient(String address, int port) {
        this(URI.create("http://" + address + ":" + port), Map.of(), false);
    }

    private TestClient(URI base, Map<String, String> headers, boolean isJudge) {
        this.base = base;
        this.headers = headers;
        this.isJudge = isJudge;
    }

    /** Returns a client of the same member that fails at an answer which the description of the API does not have. */
    public TestClient judging() {
        return new TestClient(base, headers, true);
    }

    /** Returns a client of the same member that sends a header more with each request. */
    public TestClient with(String header, String value) {
        Map<String, String> all = new HashMap<>(headers);
        all.put(header, value);
        return new TestClient(base, all, isJudge);
    }

    /** Builds a request to a path with its query, both already encoded. */
    public HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    public HttpResponse<String> delete(String path) {
        return send(request(path).DELETE());
    }

    public HttpResponse<String> method(String method, String path) {
        return send(request(path).method(method, BodyPublishers.noBody()));
    }

    /** Posts a urlencoded form. */
    public HttpResponse<String> post(String path, Map<String, String> form) {
        return post(path, "application/x-www-form-urlencoded", encode(form));
    }

    public HttpResponse<String> post(String path, String contentType, String body) {
        BodyPublisher publisher = BodyPublishers.ofString(body);
        return send(request(path).header("Content-Type", contentType).POST(publisher));
    }

    /** Registers with the required tags; fails unless the answer is 200. */
    public void register(String service, String ip) {
        register(service, Map.of("ip", ip));
    }

    /** Registers with {@code more} over usable defaults; fails unless the answer is 200. */
    public void register(String service, Map<String, String> more) {
        HttpResponse<String> answer = post("/v1/registration/" + service, registration(more));
        if (answer.statusCode() != 200) {
            throw new AssertionError("registration refused: " + answer.statusCode() + " " + answer.body());
        }
    }

    /** Returns the fields of a valid registration, with {@code more} over them. */
    public static Map<String, String> registration(Map<String, String> more) {
        Map<String, String> form =
                new HashMap<>(Map.of("ip", "127.0.0.1", "port", "8080", "revision", "r1", "tags", TAGS));
        form.putAll(more);
        return form;
    }

    /** Returns true if the path is answered with 200; false also if no process listens. */
    public boolean answers(String path) {
        try {
            return get(path).statusCode() == 200;
        } catch (UncheckedIOException nobodyThere) {
            return false;
        }
    }

    /** Returns the value of a meter without labels; fails if there is none. */
    public double metric(String name) {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no meter " + name));
    }

    /** Returns the meters that count answers with a status of 500 or more, of which there were some. */
    public List<String> metersOfFaults() {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.contains("status=\"5") && !line.endsWith(" 0.0"))
                .toList();
    }

    /** Returns the addresses that are listed for a service; fails unless the answer is 200. */
    public Set<String> hosts(String service) {
        HttpResponse<String> answer = get("/v1/registration/" + service);
        if (answer.statusCode() != 200) {
            throw new AssertionError("no list: " + answer.statusCode() + " " + answer.body());
        }
        return hostsOf(answer.body());
    }

    /** Returns the addresses in a list. */
    public static Set<String> hostsOf(String body) {
        return IP_ADDRESS
                .matcher(body)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        HttpResponse<String> answer = send(request, BodyHandlers.ofString());
        if (isJudge) {
            AnswerCheck.check(
                    answer.request().method(),
                    answer.uri().getRawPath(),
                    new AnswerCheck.Answer(answer.statusCode(), answer.headers().map(), answer.body()));
        }
        return answer;
    }

    public <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> body) {
        try {
            return http.send(request.build(), body);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
        headers.forEach(request::header);
        return request;
    }

    public static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
