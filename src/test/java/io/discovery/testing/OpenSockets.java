package io.discovery.testing;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Sockets that a test opens one after the other. They are closed together. One thread. */
public final class OpenSockets implements AutoCloseable {

    private final List<Socket> sockets = new ArrayList<>();

    /** Adds a socket and returns it. */
    public Socket add(Socket socket) {
        sockets.add(socket);
        return socket;
    }

    /** Returns the sockets in the order in which they were added. */
    public List<Socket> all() {
        return List.copyOf(sockets);
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
