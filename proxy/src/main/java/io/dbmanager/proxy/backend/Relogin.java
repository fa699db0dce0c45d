package io.dbmanager.proxy.backend;

import io.dbmanager.proxy.password.ServerAuthenticator;
import io.dbmanager.proxy.password.ServerAuthenticator.Move;
import io.dbmanager.proxy.protocol.AuthSwitch;
import io.dbmanager.proxy.protocol.ChangeUser;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.dbmanager.proxy.protocol.OkPacket;
import io.dbmanager.proxy.protocol.ResponseTracker;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Logs in over a connection that is open already, by COM_CHANGE_USER: the server decides. */
final class Relogin {
    /** What the server said. */
    sealed interface Outcome {
        record LoggedIn(int status) implements Outcome {}

        record Refused(ErrPacket error) implements Outcome {}

        record Lost(String why) implements Outcome {}
    }

    private static final int MORE_DATA = 0x01;
    private static final int LONGEST_FIRST = 250;

    private final BackendConnection connection;
    private final Consumer<Outcome> then;
    private final ServerAuthenticator identity;

    private Relogin(BackendConnection connection, BackendLogin login, Consumer<Outcome> then) {
        this.connection = connection;
        this.then = then;
        this.identity =
                new ServerAuthenticator(
                        login.secret(),
                        connection.greeting().plugin(),
                        connection.scramble(),
                        connection.isEncrypted());
    }

    /** {@code then} is called exactly once. The caller flushes. */
    static void begin(BackendConnection connection, BackendLogin login, Consumer<Outcome> then) {
        Relogin relogin = new Relogin(connection, login, then);
        byte[] answer = relogin.identity.first();
        ByteBuf out = connection.allocator().buffer();
        ChangeUser.encode(
                out,
                connection.capabilities(),
                login.user(),
                answer.length > LONGEST_FIRST ? new byte[0] : answer,
                login.schema(),
                login.collation(),
                relogin.identity.plugin(),
                login.attributes());
        connection.send(out, relogin.new Step());
    }

    private void packet(ByteBuf payload, int nextSequence) {
        int first = payload.getUnsignedByte(payload.readerIndex());
        switch (first) {
            case OkPacket.HEADER ->
                    then.accept(new Outcome.LoggedIn(OkPacket.decode(payload).status()));
            case ErrPacket.HEADER -> then.accept(new Outcome.Refused(ErrPacket.decode(payload)));
            case AuthSwitch.HEADER -> {
                AuthSwitch wish = AuthSwitch.decode(payload.skipBytes(1));
                connection.scramble(wish.data());
                move(identity.switchTo(wish.plugin(), wish.data()), nextSequence);
            }
            case MORE_DATA -> {
                byte[] data = Wire.readBytes(payload.skipBytes(1), payload.readableBytes());
                move(identity.more(data), nextSequence);
            }
            default -> {
                byte[] data = Wire.readBytes(payload, payload.readableBytes());
                move(identity.more(data), nextSequence);
            }
        }
    }

    private void move(Move move, int sequence) {
        switch (move) {
            case Move.Wait() -> connection.send(Unpooled.EMPTY_BUFFER, new Step());
            case Move.GiveUp(String why) -> lost(why);
            case Move.Send(byte[] payload) -> {
                ByteBuf out = connection.allocator().buffer();
                int start = Wire.begin(out, sequence);
                out.writeBytes(payload);
                Wire.end(out, start);
                connection.send(out, new Step());
                connection.flush();
            }
        }
    }

    private void lost(String why) {
        connection.close();
        then.accept(new Outcome.Lost(why));
    }

    /** One packet of the server's. */
    private final class Step extends Exchange {
        Step() {
            super(ResponseTracker.Kind.ONE_PACKET);
        }

        @Override
        protected void part(ByteBuf bytes) {
            bytes.release();
            connection.close();
        }

        @Override
        protected void finished(@Nullable ByteBuf rest, ResponseTracker tracker) {
            if (rest == null) {
                Relogin.this.lost("its login does not follow the protocol");
                return;
            }
            try {
                int sequence = rest.getUnsignedByte(rest.readerIndex() + 3);
                packet(rest.skipBytes(Wire.HEADER), sequence + 1);
            } catch (MalformedPacketException | IndexOutOfBoundsException e) {
                Relogin.this.lost("its login does not follow the protocol: " + e.getMessage());
            } finally {
                rest.release();
            }
        }

        @Override
        protected void lost(String why) {
            then.accept(new Outcome.Lost(why));
        }
    }
}
