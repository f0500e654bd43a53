package io.discovery.cli.http;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

/**
 * A request to any member.
 *
 * @param path with its parameters, encoded
 * @param contentType of the body; empty if there is none
 */
public record Call(String method, String path, String contentType, String body) {

    public static Call get(String path) {
        return new Call("GET", path, "", "");
    }

    public static Call delete(String path) {
        return new Call("DELETE", path, "", "");
    }

    public static Call postForm(String path, String form) {
        return new Call("POST", path, "application/x-www-form-urlencoded", form);
    }

    public static Call postJson(String path, String json) {
        return new Call("POST", path, "application/json", json);
    }

    HttpRequest.Builder at(Endpoint endpoint) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return contentType.isEmpty() ? request : request.header("Content-Type", contentType);
    }
}
