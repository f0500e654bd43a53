package io.discovery.v1;

import io.discovery.testing.AnswerCheck;
import io.discovery.testing.RawHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A golden file under src/test/resources/wire; README.md there says how to read and write one. */
record Transcript(String name, String notes, List<Exchange> exchanges) {

    Transcript {
        exchanges = List.copyOf(exchanges);
    }

    static Transcript of(Path file) {
        try {
            String[] parts = Files.readString(file).split("\n>>> ", -1);
            List<Exchange> exchanges =
                    Stream.of(parts).skip(1).map(Exchange::parse).toList();
            return new Transcript(String.valueOf(file.getFileName()), parts[0], exchanges);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** One request and what is expected of the answer, as they stand in the file. */
    record Exchange(String title, String request, String expected) {

        private static final Pattern BYTES = Pattern.compile("\\{\\{((?:[0-9a-f]{2})+)(?:\\*([0-9]+))?}}");
        private static final Pattern CHECK_IN = Pattern.compile(
                "(?<=\"last_check_in\": \")\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(\\.\\d{6})?(?=\")");
        private static final DateTimeFormatter SEED_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss[.SSSSSS]");
        private static final Duration NOW = Duration.ofSeconds(60);

        private static Exchange parse(String text) {
            int title = text.indexOf('\n');
            int answer = text.indexOf("\n<<<");
            return new Exchange(
                    text.substring(0, title),
                    text.substring(title + 1, answer),
                    text.substring(answer + "\n<<<".length()).strip());
        }

        byte[] bytes() {
            int blank = request.indexOf("\n\n");
            byte[] body = bytes(blank < 0 ? "" : request.substring(blank + 2));
            StringBuilder head = new StringBuilder(blank < 0 ? request : request.substring(0, blank));
            if (!has("Host")) {
                head.append("\nHost: discovery");
            }
            if (body.length > 0 && !has("Content-Length") && !has("Transfer-Encoding")) {
                head.append("\nContent-Length: ").append(body.length);
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(bytes(head.append("\n\n").toString().replace("\n", "\r\n")));
            all.writeBytes(body);
            return all.toByteArray();
        }

        private boolean has(String header) {
            return request.lines()
                    .takeWhile(line -> !line.isEmpty())
                    .anyMatch(line -> line.regionMatches(true, 0, header + ":", 0, header.length() + 1));
        }

        private static byte[] bytes(String text) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            Matcher placeholder = BYTES.matcher(text);
            int from = 0;
            while (placeholder.find()) {
                bytes.writeBytes(text.substring(from, placeholder.start()).getBytes(StandardCharsets.UTF_8));
                byte[] given = HexFormat.of().parseHex(placeholder.group(1));
                int times = placeholder.group(2) == null ? 1 : Integer.parseInt(placeholder.group(2));
                for (int i = 0; i < times; i++) {
                    bytes.writeBytes(given);
                }
                from = placeholder.end();
            }
            bytes.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
            return bytes.toByteArray();
        }

        /** The answer as this exchange would have it in the file: the headers that are listed here, and no others. */
        String show(RawHttp.Answer answer) {
            StringBuilder shown = new StringBuilder(answer.status());
            for (String name : listedHeaders()) {
                List<String> values = answer.all(name);
                boolean anyLength = expected.contains("\n" + name + ": {{length}}");
                if (values.isEmpty()) {
                    shown.append("\n!").append(name);
                }
                for (String value : values) {
                    boolean isAny = anyLength && value.matches("\\d+");
                    shown.append('\n').append(name).append(": ").append(isAny ? "{{length}}" : value);
                }
            }
            return answer.body().isEmpty()
                    ? shown.toString()
                    : shown.append("\n\n").append(visible(answer.body())).toString();
        }

        /** @throws AssertionError if the description of the API does not have an answer, where there is one */
        void check(RawHttp.Answer answer) {
            String[] line = request.lines().findFirst().orElseThrow().split(" ");
            if (answer.code() == 0) {
                return;
            }
            Map<String, List<String>> headers = answer.headers().stream()
                    .collect(Collectors.groupingBy(
                            Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
            AnswerCheck.check(
                    line[0],
                    new String(bytes(line[1]), StandardCharsets.ISO_8859_1),
                    new AnswerCheck.Answer(answer.code(), headers, answer.body()));
        }

        private Set<String> listedHeaders() {
            Set<String> names = new LinkedHashSet<>();
            expected.lines()
                    .skip(1)
                    .takeWhile(line -> !line.isEmpty())
                    .forEach(line -> names.add(line.replaceFirst("^!", "").split(":")[0]));
            return names;
        }

        private static String visible(String body) {
            StringBuilder visible = new StringBuilder();
            body.chars().forEach(c -> {
                boolean isPlain = c == '\n' || c >= ' ' && c <= '~';
                visible.append(isPlain ? Character.toString(c) : String.format("{{%02x}}", c));
            });
            String text = CHECK_IN.matcher(visible).replaceAll(time -> isNow(time.group()) ? "{{now}}" : time.group());
            return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text + "{{end}}";
        }

        private static boolean isNow(String time) {
            LocalDateTime checkIn = LocalDateTime.parse(time, SEED_TIME);
            return Duration.between(checkIn, LocalDateTime.now(ZoneOffset.UTC))
                            .abs()
                            .compareTo(NOW)
                    < 0;
        }
    }
}
