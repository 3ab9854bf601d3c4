package io.lss.faults.disk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A storage daemon's monitor, by which its nodes are changed while it serves. */
final class Qmp implements AutoCloseable {

    private final SocketChannel channel;
    private final BufferedReader answers;
    private final Writer commands;

    private Qmp(SocketChannel channel) {
        this.channel = channel;
        this.answers = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
        this.commands = new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8);
    }

    /** {@return a connection to a daemon that listens at a socket} */
    static Qmp connect(Path socket) throws IOException {
        Qmp connected = new Qmp(SocketChannel.open(StandardProtocolFamily.UNIX));
        try {
            connected.channel.connect(UnixDomainSocketAddress.of(socket));
            connected.command("qmp_capabilities", "");
            return connected;
        } catch (IOException | RuntimeException e) {
            connected.close();
            throw e;
        }
    }

    /** Has a command carried out; its arguments are JSON, or nothing. */
    void command(String name, String arguments) throws IOException {
        commands.write("{\"execute\":\"" + name + "\"" + (arguments.isEmpty() ? "" : ",\"arguments\":" + arguments) + "}\n");
        commands.flush();
        while (true) {
            String line = answers.readLine();
            if (line == null || line.contains("\"error\"")) {
                throw new IOException("the storage daemon refused " + name + " " + arguments + ": " + line);
            }
            if (line.contains("\"return\"")) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
