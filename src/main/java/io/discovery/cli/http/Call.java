package io.discovery.cli.http;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Set;

/**
 * A request to any member.
 *
 * @param path with its parameters, encoded
 * @param contentType of the body; empty if there is none
 * @param elsewhere statuses by which one member has not what another may have, beside those that hold for all requests
 */
public record Call(String method, String path, String contentType, String body, Set<Integer> elsewhere) {

    public Call {
        elsewhere = Set.copyOf(elsewhere);
    }

    public static Call get(String path) {
        return new Call("GET", path, "", "", Set.of());
    }

    public static Call delete(String path) {
        return new Call("DELETE", path, "", "", Set.of());
    }

    public static Call postForm(String path, String form) {
        return new Call("POST", path, "application/x-www-form-urlencoded", form, Set.of());
    }

    public static Call postJson(String path, String json) {
        return new Call("POST", path, "application/json", json, Set.of());
    }

    /** Returns this request, for which a member with such a status sends clients to the next one. */
    public Call orElsewhereAt(int status) {
        return new Call(method, path, contentType, body, Set.of(status));
    }

    HttpRequest.Builder at(Endpoint endpoint) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return contentType.isEmpty() ? request : request.header("Content-Type", contentType);
    }
}
