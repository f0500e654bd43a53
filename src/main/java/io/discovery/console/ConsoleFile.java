package io.discovery.console;

import io.discovery.http.RequestPreconditions;
import io.discovery.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * The responses with a file of the console. Immutable.
 *
 * @param tag a weak entity tag of the content, in either coding
 */
record ConsoleFile(String tag, Response plain, Response gzip, Response notModified) {

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
            new Response.Header("Cross-Origin-Resource-Policy", "same-origin"),
            // Members of two versions may stand behind one name: a browser asks each time whether the file is still the
            // one.
            new Response.Header("Cache-Control", "no-cache"),
            new Response.Header("Vary", "Accept-Encoding"));

    /** Makes the responses. */
    static ConsoleFile of(String contentType, byte[] content) {
        String tag = "W/\"" + sha256(content).substring(0, 32) + '"';
        Response.Header header = new Response.Header("ETag", tag);
        Response plain = Response.text(contentType, content).with(HEADERS).with(List.of(header));
        return new ConsoleFile(
                tag,
                plain,
                plain.encoded("gzip", Response.wrapped(gzip(content))),
                Response.notModified().with(HEADERS).with(List.of(header)));
    }

    Response answer(RequestPreconditions wanted) {
        if (wanted.hasAlready(tag)) {
            return notModified;
        }
        return wanted.gzip() ? gzip : plain;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length / 2);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
