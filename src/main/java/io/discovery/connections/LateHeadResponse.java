package io.discovery.connections;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** The response to a head that was not whole in time: its bytes, since no request exists that HTTP could answer. */
final class LateHeadResponse {

    private static final ByteBuf BYTES = bytes();

    private LateHeadResponse() {}

    private static ByteBuf bytes() {
        String body = "{\"error\": \"head: given in part, expected the whole head of a request within "
                + Connections.HEAD_LIMIT.toSeconds() + " s\"}\n";
        String response = "HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\ncontent-length: "
                + body.length() + "\r\nconnection: close\r\n\r\n" + body;
        return Unpooled.unreleasableBuffer(
                Unpooled.copiedBuffer(response, StandardCharsets.US_ASCII).asReadOnly());
    }

    /** Returns the bytes to write on one connection. */
    static ByteBuf get() {
        return BYTES.duplicate();
    }
}
