package io.discovery.v1;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.discovery.fuzz.FuzzTarget;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;

/** Bodies of a registration or a weight: the first byte chooses the content type, the others are the body. */
public final class FormFuzz implements FuzzTarget {

    private static final List<String> TYPES = List.of(
            Parameters.URLENCODED,
            "multipart/form-data; boundary=b",
            Parameters.JSON,
            "multipart/form-data; boundary=\"",
            "multipart/form-data",
            " Application/X-WWW-Form-Urlencoded ; charset=utf-16",
            "text/plain");

    private static final String TAGS = "{\"az\": \"a\", \"region\": 2, \"instance_id\": [3.0, \"\\u00e9\"]}";

    @Override
    public List<byte[]> seeds() {
        return List.of(
                input(0, "ip=10.0.0.1&port=80&revision=r&tags=%7B%22az%22:1%7D&service_repo_name=repo"),
                input(0, "auto_ip=1&port=%2B080&revision=r+1&tags=" + TAGS),
                input(0, "load_balancing_weight=7&load_balancing_weight=x"),
                input(
                        1,
                        part("ip", "::1") + part("port", "80") + part("revision", "r") + part("tags", TAGS)
                                + "--b--\r\n"),
                input(2, "{\"ip\": \"::ffff:10.0.0.1\", \"port\": 8080, \"revision\": \"r\", \"tags\": " + TAGS + "}"),
                input(2, "{\"ip\": \"::1\", \"port\": 1, \"revision\": \"\\ud800\", \"tags\": " + TAGS + "}"),
                input(2, "{\"load_balancing_weight\": 101}"),
                input(5, "ip=10.0.0.1"));
    }

    private static String part(String name, String value) {
        return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static byte[] input(int type, String body) {
        byte[] text = body.getBytes(UTF_8);
        byte[] input = new byte[1 + text.length];
        input[0] = (byte) type;
        System.arraycopy(text, 0, input, 1, text.length);
        return input;
    }

    @Override
    public void read(byte[] input) {
        if (input.length > 0) {
            String type = TYPES.get((input[0] & 0xff) % TYPES.size());
            Buffer body = Buffer.buffer(Arrays.copyOfRange(input, 1, input.length));
            SentChecks.orRefused(() -> SentChecks.check(Parameters.of(type, body)));
        }
    }
}
