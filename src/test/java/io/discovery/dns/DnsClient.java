package io.discovery.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** A real client of one server: dnsjava's resolver, and sockets for what no resolver sends. Every wait is bounded. */
final class DnsClient {

    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final InetSocketAddress server;
    private final String local;

    DnsClient(String address, int port) {
        this(new InetSocketAddress(address, port), address);
    }

    private DnsClient(InetSocketAddress server, String local) {
        this.server = server;
        this.local = local;
    }

    /** Returns a client with another address of its own. */
    DnsClient from(String address) {
        return new DnsClient(server, address);
    }

    /** Asks over UDP, without EDNS, and takes any answer. */
    Message ask(String name, int type) {
        SimpleResolver resolver = resolver();
        resolver.setIgnoreTruncation(true);
        return send(resolver, query(name, type, DClass.IN));
    }

    /** Asks over UDP with EDNS, and takes any answer, also if it is longer than allowed. */
    Message ask(String name, int type, int payload) {
        Message query = query(name, type, DClass.IN);
        query.addRecord(new OPTRecord(payload, 0, 0), Section.ADDITIONAL);
        return exchange(query);
    }

    /** Asks as resolvers do: over UDP, and over TCP if the answer was cut short. */
    Message resolve(String name, int type) {
        return send(resolver(), query(name, type, DClass.IN));
    }

    Message askOverTcp(String name, int type) {
        SimpleResolver resolver = resolver();
        resolver.setTCP(true);
        return send(resolver, query(name, type, DClass.IN));
    }

    private SimpleResolver resolver() {
        SimpleResolver resolver = new SimpleResolver(server);
        resolver.setEDNS(-1, 0, 0, List.of());
        resolver.setTimeout(PATIENCE);
        resolver.setLocalAddress(new InetSocketAddress(local, 0));
        return resolver;
    }

    private static Message send(SimpleResolver resolver, Message query) {
        try {
            return resolver.send(query);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static Message query(String name, int type, int dnsClass) {
        return Message.newQuery(Record.newRecord(Name.fromConstantString(name), type, dnsClass));
    }

    /** Sends a datagram and waits for the one that comes back. */
    byte[] exchange(byte[] datagram) {
        return exchange(datagram, PATIENCE).orElseThrow(() -> new AssertionError("no answer"));
    }

    Message exchange(Message message) {
        return parsed(exchange(message.toWire()));
    }

    /** Returns true if these bytes get no answer: a query sent after them on the same socket has the first. */
    boolean isDropped(byte[] datagram) {
        Message probe = query("service.discovery.", Type.SOA, DClass.IN);
        try (DatagramSocket socket = socket(PATIENCE)) {
            socket.send(new DatagramPacket(datagram, datagram.length));
            socket.send(new DatagramPacket(probe.toWire(), probe.toWire().length));
            return parsed(receive(socket)).getHeader().getID()
                    == probe.getHeader().getID();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Optional<byte[]> exchange(byte[] datagram, Duration patience) {
        try (DatagramSocket socket = socket(patience)) {
            socket.send(new DatagramPacket(datagram, datagram.length));
            return Optional.of(receive(socket));
        } catch (SocketTimeoutException none) {
            return Optional.empty();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Returns a socket that is connected to the server. */
    DatagramSocket socket(Duration patience) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName(local));
        socket.connect(server);
        socket.setSoTimeout((int) patience.toMillis());
        return socket;
    }

    private static byte[] receive(DatagramSocket socket) throws IOException {
        DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(answer);
        return Arrays.copyOf(answer.getData(), answer.getLength());
    }

    /** A connection that reads as {@code receiveBuffer} bytes allow; 0 for what the system thinks fit. */
    Socket connect(int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.bind(new InetSocketAddress(local, 0));
        socket.connect(server, (int) PATIENCE.toMillis());
        return socket;
    }

    /** The message with its length before it, as TCP has it. */
    static byte[] framed(byte[] message) {
        byte[] framed = new byte[message.length + 2];
        framed[0] = (byte) (message.length >> 8);
        framed[1] = (byte) message.length;
        System.arraycopy(message, 0, framed, 2, message.length);
        return framed;
    }

    static Message readFrom(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] message = new byte[in.readUnsignedShort()];
        in.readFully(message);
        return parsed(message);
    }

    static Message parsed(byte[] message) {
        try {
            return new Message(message);
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    static String rcode(Message answer) {
        return Rcode.string(answer.getRcode());
    }

    /** The data of each record of a section, sorted. */
    static List<String> data(Message answer, int section) {
        return answer.getSection(section).stream()
                .map(Record::rdataToString)
                .sorted()
                .toList();
    }

    static List<String> answers(Message answer) {
        return data(answer, Section.ANSWER);
    }
}
