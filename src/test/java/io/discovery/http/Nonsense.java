package io.discovery.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Requests no client should send, the same ones for the same seed. None of them can change {@link #PROTECTED}. */
final class Nonsense {

    /** The service that most of them aim at. */
    static final String PROTECTED = "protected";

    private static final String TAGS = "{\"az\": 1, \"region\": 2, \"instance_id\": 3}";
    private static final String[] METHODS =
            "POST POST POST POST GET HEAD DELETE PUT PATCH OPTIONS TRACE X get".split(" ");
    private static final String[] PATHS = """
            / * // ? # /v1 /healthcheck /metrics /health/ready /v1/services /v1/cluster http://discovery/v1/registration/fuzz
            /v1/registration /v1/registration/ /v1/registration/repo /v1/registration/fuzz /v1/registration/fuzz/127.0.0.1
            /v1/registration/repo/fuzz /v1/registration/.. /v1/registration/../../etc/passwd
            /v1/loadbalancing/fuzz /v1/loadbalancing/fuzz/127.0.0.1""".split("\\s+");
    private static final String[] SEGMENTS = """
            % %2 %zz %00 %0d%0a %2F %2e %ff %c0%af %ed%a0%80 %F4%90%80%80 %25 + ; , \u00e9 \ud83d\ude00 \\ " < | ^ ` {} :
            @ 127.0.0.1:80 [::1]:80 :: ?a=b #c""".split("\\s+");
    private static final String[] TYPES = """
            application/x-www-form-urlencoded
            application/x-www-form-urlencoded;;;
            multipart/form-data; boundary=b
            multipart/form-data; boundary="
            multipart/form-data; boundary=
            multipart/form-data
            multipart/mixed; boundary=b
            application/json
            application/json; charset=utf-16
            text/plain
            ;
            """.split("\n");
    private static final String[] VALUES = """
            0 -1 65536 1e400 1e-400 -0 NaN true null [] {} " \\ % %u0041 & = \u0000 \ud83d\ude00 127.0.0.1 ::1 80 fuzz 0x50
            \u0661 {"az":1e999999999} {"az":1,"region":2,"instance_id":3}""".split("[ \n]+");
    private static final String[] FIELDS =
            "ip auto_ip port revision tags service_repo_name load_balancing_weight".split(" ");

    private static final String REFUSED = "POST /v1/registration/protected|POST /v1/registration/protected/127.0.0.1"
            + "|PUT /v1/registration/protected|DELETE /v1/registration/protected|DELETE /v1/registration/protected/127.0.0.9"
            + "|DELETE /v1/registration/protected/x|DELETE /v1/registration/protected/127.0.0.01"
            + "|DELETE /v1/registration/protected/127.0.0.1%00|DELETE /v1/registration/protected/%20"
            + "|POST /v1/loadbalancing/protected|POST /v1/loadbalancing/protected/127.0.0.1";
    private static final String CHUNKS =
            "|0\r\n\r\n|-1\r\n|zz\r\n|5\r\nabc|5\r\nabcdefgh\r\n0\r\n\r\n|fffffffffffffffff\r\n|7fffffff\r\na";
    private static final String HEADERS =
            "Upgrade: websocket\r\nConnection: Upgrade\r\n|: x\r\n|Host : x\r\n|A: b\r\n c\r\n|A\u0000B: c\r\n|"
                    + "Upgrade: h2c\r\nHTTP2-Settings: !\r\nConnection: Upgrade, HTTP2-Settings\r\n|Expect: 100-continue\r\n|";

    private final Random random;

    Nonsense(long seed) {
        this.random = new Random(seed);
    }

    /** Returns a well-framed request, so that an answer is due, with any content. */
    byte[] wellFramed() {
        StringBuilder head =
                new StringBuilder(any(METHODS)).append(' ').append(path()).append(" HTTP/1.1\r\n");
        if (random.nextBoolean()) {
            head.append("Content-Type: ").append(any(TYPES)).append("\r\n");
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            head.append(header());
        }
        return request(head.toString(), body());
    }

    /** Returns a well-framed request for the protected service with at least one thing wrong. */
    byte[] refused() {
        List<String> form = new ArrayList<>(List.of("ip=127.0.0.1", "port=80", "revision=r", "tags=" + TAGS));
        String[] wrong = {
            "ip=" + any("", "x", "1.2.3", "127.0.0.1.", "fe80::1%25x", "9".repeat(1 + random.nextInt(5_000))),
            "port=" + any("", "x", "0", "65536", "-80", "9".repeat(1 + random.nextInt(8_000)) + "x"),
            "revision=",
            "tags=" + any("", "x", "[]", "1", "{\"az\": 1}", nested(101 + random.nextInt(20_000)), "{\"a\\ud800\": 1}")
        };
        int field = random.nextInt(wrong.length);
        form.set(field, wrong[field]);
        form.add("load_balancing_weight=" + any("", "0", "101", "x", "1.0", "9".repeat(3 + random.nextInt(9_000))));
        String head = one(REFUSED) + " HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        return request(head, String.join("&", form).getBytes(UTF_8));
    }

    /**
     * Returns a request that is framed wrongly, cut short, changed, or no HTTP at all: its reader may wait for more.
     */
    byte[] broken() {
        byte[] request = random.nextBoolean() ? refused() : wellFramed();
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(request, random.nextInt(request.length));
            case 1 -> changed(request);
            case 2 ->
                replaced(request, "(?<=Content-Length: )[0-9]+", one("-1|x|1|99999|99999999999999999999|0x10|1, 2|"));
            case 3 ->
                replaced(request, "Content-Length: ", one("Content-Length: 1\r\n$0|Transfer-Encoding: chunked\r\n$0"));
            case 4 ->
                replaced(request, "Content-Length: [0-9]+\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n" + one(CHUNKS));
            case 5 ->
                replaced(request, " HTTP/1.1\r\n", one(" HTTP/9.9\r\n|\r\n| HTTP/1.1\n| HTTP/1.1 x\r\n| FTP/1.1\r\n"));
            case 6 ->
                replaced(
                        request,
                        "Host: discovery\r\n",
                        random.nextBoolean() ? one(HEADERS) : "X: y\r\n".repeat(random.nextInt(3_000)));
            default -> noHttp();
        };
    }

    private byte[] noHttp() {
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(UTF_8);
        return random.nextInt(20) > 0 ? bytes(random.nextInt(2_000)) : joined(preface, bytes(random.nextInt(200)));
    }

    private String path() {
        StringBuilder path = new StringBuilder(any(PATHS));
        for (int i = random.nextInt(4); i > 0; i--) {
            path.append(random.nextBoolean() ? "/" : "").append(any(SEGMENTS));
        }
        return random.nextInt(50) == 0
                ? path.append("a".repeat(random.nextInt(10_000))).toString()
                : path.toString();
    }

    private String header() {
        return switch (random.nextInt(5)) {
            case 0 -> "X-Forwarded-For: " + one("192.168.0.1|,| , ,|192.168.0.1:80|::1%|é") + "\r\n";
            case 1 -> "Accept: " + one("|*/*|application/xml;q=2") + "\r\n";
            case 2 -> "Content-Type: " + any(TYPES) + "\r\n";
            case 3 -> "X-" + random.nextInt(9) + ": " + "v".repeat(random.nextInt(3_000)) + "\r\n";
            default -> "Cookie: a=b\r\n".repeat(random.nextInt(50));
        };
    }

    private byte[] body() {
        return switch (random.nextInt(6)) {
            case 0 -> new byte[0];
            case 1 -> bytes(random.nextInt(70_000));
            case 2 -> form().getBytes(UTF_8);
            case 3 -> ("{\"" + any(FIELDS) + "\": " + json() + "}").getBytes(UTF_8);
            case 4 -> part().getBytes(UTF_8);
            default -> "&".repeat(random.nextInt(60_000)).getBytes(UTF_8);
        };
    }

    private String json() {
        return any(nested(random.nextInt(30_000)), "\"\\ud800\"", any(VALUES), "1" + "0".repeat(5_000));
    }

    private String part() {
        return "--b\r\nContent-Disposition: form-data; name=\"" + any(FIELDS) + one("\"|") + "\r\n\r\n" + any(VALUES)
                + one("\r\n--b--\r\n|\r\n--b|");
    }

    private String form() {
        StringBuilder form = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            form.append(any(FIELDS))
                    .append(any("=", "", "==", "%3D"))
                    .append(any(VALUES))
                    .append('&');
        }
        return form.toString();
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    private static byte[] request(String head, byte[] body) {
        return joined((head + "Host: discovery\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(UTF_8), body);
    }

    private byte[] changed(byte[] request) {
        byte[] changed = request.clone();
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            changed[random.nextInt(Math.min(changed.length, 200))] = (byte) random.nextInt(256);
        }
        return changed;
    }

    private static byte[] replaced(byte[] request, String pattern, String replacement) {
        return new String(request, ISO_8859_1)
                .replaceFirst(pattern, replacement)
                .getBytes(ISO_8859_1);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(first);
        joined.writeBytes(second);
        return joined.toByteArray();
    }

    private String one(String texts) {
        return any(texts.split("\\|", -1));
    }

    private String any(String... texts) {
        return texts[random.nextInt(texts.length)];
    }
}
