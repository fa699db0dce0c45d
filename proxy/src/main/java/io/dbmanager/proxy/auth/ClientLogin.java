package io.dbmanager.proxy.auth;

import io.dbmanager.proxy.auth.Catalogs.Found;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.BackendConnector;
import io.dbmanager.proxy.backend.BackendLogin;
import io.dbmanager.proxy.backend.ConnectResult;
import io.dbmanager.proxy.backend.Server;
import io.dbmanager.proxy.password.CachingSha2;
import io.dbmanager.proxy.password.Digests;
import io.dbmanager.proxy.password.LoginSecret;
import io.dbmanager.proxy.password.NativePassword;
import io.dbmanager.proxy.password.RsaKey;
import io.dbmanager.proxy.protocol.AuthSwitch;
import io.dbmanager.proxy.protocol.Capabilities;
import io.dbmanager.proxy.protocol.ErrPacket;
import io.dbmanager.proxy.protocol.HandshakeResponse;
import io.dbmanager.proxy.protocol.MalformedPacketException;
import io.dbmanager.proxy.protocol.MySqlErrors;
import io.dbmanager.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The conversation that establishes who a client is, after the greeting and for COM_CHANGE_USER:
 * look up how the account identifies itself, ask the client so, log in to the primary as that
 * account with what was learned. Only when the primary has said yes is the client told so; the
 * connection that this took becomes the session's.
 */
public final class ClientLogin {
    private static final Duration ACCOUNTS_FRESH = Duration.ofSeconds(30);
    private static final String SHA256 = "sha256_password";
    private static final int SHA256_REQUEST_KEY = 0x01;
    private static final int MORE_DATA = 0x01;
    private static final int ACCESS_DENIED = 1045;
    private static final int MAX_PASSWORD = 1024;

    /** What a login needs to know and to use, the same for all. */
    public record Tools(
            Catalogs catalogs, BackendConnector connector, SecretCache cache, RsaKey key) {}

    /** The client, as far as a login sees it. */
    public interface Client {
        EventLoop loop();

        /** Whether it came over TLS. */
        boolean secure();

        /** Where it came from, as servers write it. */
        String host();

        /** Writes a packet and flushes. */
        void send(ByteBuf packet);

        void accepted(LoggedIn who, int nextSequence);

        void refused(ErrPacket error, int nextSequence);
    }

    /** A client whom the primary has let in. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record LoggedIn(
            HandshakeResponse request,
            LoginSecret secret,
            Catalog catalog,
            BackendConnection primary,
            byte[] scramble) {

        /**
         * How MariaDB proves to a client that cannot check a certificate that it comes from
         * somebody who knows the client's password: a digest of both, in the text of the login's OK
         * packet.
         *
         * @return empty where that is not done
         */
        public byte[] proofOf(byte[] certificate) {
            if (!catalog.version().isMariaDb() || !(secret instanceof LoginSecret.Hash hash)) {
                return new byte[0];
            }
            byte[] digest =
                    Digests.sha256(
                            Digests.sha1(hash.sha1()), scramble, Digests.sha256(certificate));
            String hex = HexFormat.of().withUpperCase().formatHex(digest);
            return ("\u0001" + hex).getBytes(StandardCharsets.US_ASCII);
        }
    }

    private enum Awaiting {
        NOTHING,
        ANSWER,
        PASSWORD
    }

    private final Tools tools;
    private final Client client;
    private final Server primary;
    private final HandshakeResponse request;
    private byte[] scramble;
    private int nextSequence;
    private Awaiting awaiting = Awaiting.NOTHING;
    private String plugin = "";
    private boolean abandoned;

    /** What the primary is asked after this is new enough for a login to be refused by it. */
    private final long begunAt = System.nanoTime();

    /**
     * @param scramble the one the client was greeted with
     * @param nextSequence of the packet that will be sent next
     */
    public ClientLogin(
            Tools tools,
            Client client,
            Server primary,
            HandshakeResponse request,
            byte[] scramble,
            int nextSequence) {
        this.tools = tools;
        this.client = client;
        this.primary = primary;
        this.request = request;
        this.scramble = scramble;
        this.nextSequence = nextSequence;
    }

    public void start() {
        tools.catalogs().find(primary, ACCOUNTS_FRESH, client.loop(), found -> look(found, false));
    }

    /** The client has gone: whatever comes of this is closed. */
    public void abandon() {
        abandoned = true;
    }

    private void look(Found found, boolean again) {
        if (abandoned) {
            return;
        }
        switch (found) {
            case Found.Unknown(String why) -> refuse(MySqlErrors.unreachable(why));
            case Found.Known(Catalog catalog) -> {
                Optional<Account> account = catalog.account(request.user());
                boolean hopeful = account.isPresent() && canTry(account.get());
                if (!hopeful && !again) {
                    // It may have been created or altered a moment ago.
                    readAgain(newer -> look(newer, true));
                } else {
                    choose(catalog, account);
                }
            }
        }
    }

    private void readAgain(Consumer<Found> then) {
        tools.catalogs().findSince(primary, begunAt, client.loop(), then);
    }

    private boolean canTry(Account account) {
        return (!account.requiresTls() || client.secure()) && canSpeak(account.plugin());
    }

    private boolean canSpeak(String wanted) {
        return switch (wanted) {
            case NativePassword.NAME -> true;
            case CachingSha2.NAME, SHA256 ->
                    Capabilities.has(request.capabilities(), Capabilities.PLUGIN_AUTH);
            default -> false;
        };
    }

    private void choose(Catalog catalog, Optional<Account> account) {
        if (account.isPresent() && account.get().requiresTls() && !client.secure()) {
            refuse(denied());
            return;
        }
        // A user that does not exist is asked like any other, and refused like any other.
        plugin = account.map(Account::plugin).orElse(catalog.greeting().plugin());
        if (!canSpeak(plugin)) {
            refuse(MySqlErrors.unsupportedPlugin(request.user(), plugin));
        } else if (request.plugin().equals(plugin) || request.plugin().isEmpty()) {
            answered(request.authentication());
        } else {
            awaiting = Awaiting.ANSWER;
            scramble = NativePassword.newScramble();
            ByteBuf out = Unpooled.buffer();
            new AuthSwitch(plugin, scramble).encode(out, nextSequence);
            client.send(out);
        }
    }

    /** A packet of the client's in the course of this. */
    public void packet(ByteBuf payload, int sequence) {
        nextSequence = sequence + 1;
        if (payload.readableBytes() > MAX_PASSWORD) {
            throw new MalformedPacketException("a password of more than 1024 bytes");
        }
        byte[] data = Wire.readBytes(payload, payload.readableBytes());
        Awaiting now = awaiting;
        awaiting = Awaiting.NOTHING;
        switch (now) {
            case NOTHING ->
                    throw new MalformedPacketException("a packet in the middle of the login");
            case ANSWER -> answered(data);
            case PASSWORD -> password(data);
        }
    }

    private void answered(byte[] answer) {
        // Clients of the SHA-256 plugins send an empty password with its final zero.
        boolean none =
                answer.length == 0 || (!plugin.equals(NativePassword.NAME) && isZero(answer));
        if (none) {
            tryPrimary(new LoginSecret.Empty());
            return;
        }
        switch (plugin) {
            case NativePassword.NAME ->
                    tools.catalogs()
                            .find(
                                    primary,
                                    ACCOUNTS_FRESH,
                                    client.loop(),
                                    found -> recover(found, answer, false));
            case CachingSha2.NAME -> fromCache(answer);
            default -> password(answer);
        }
    }

    private static boolean isZero(byte[] answer) {
        return answer.length == 1 && answer[0] == 0;
    }

    private void recover(Found found, byte[] answer, boolean again) {
        if (abandoned) {
            return;
        }
        switch (found) {
            case Found.Unknown(String why) -> refuse(MySqlErrors.unreachable(why));
            case Found.Known(Catalog catalog) -> {
                Optional<LoginSecret> secret = hash(catalog, answer);
                if (secret.isPresent()) {
                    tryPrimary(secret.get());
                } else if (!again) {
                    // The password may have been changed a moment ago.
                    readAgain(newer -> recover(newer, answer, true));
                } else {
                    refuse(denied());
                }
            }
        }
    }

    private Optional<LoginSecret> hash(Catalog catalog, byte[] answer) {
        for (Account account : catalog.named(request.user())) {
            for (byte[] stored : account.nativeHashes()) {
                byte[] sha1 = NativePassword.recover(answer, scramble, stored);
                if (sha1 != null) {
                    return Optional.of(new LoginSecret.Hash(sha1));
                }
            }
        }
        return Optional.empty();
    }

    private void fromCache(byte[] answer) {
        Optional<LoginSecret.Plain> cached =
                tools.cache().verified(request.user(), answer, scramble);
        if (cached.isEmpty()) {
            askPassword();
            return;
        }
        connect(
                cached.get(),
                result -> {
                    if (result instanceof ConnectResult.Refused(ErrPacket error)
                            && error.code() == ACCESS_DENIED) {
                        tools.cache().forget(request.user());
                        askPassword();
                    } else {
                        if (result instanceof ConnectResult.Connected) {
                            sendMore(CachingSha2.FAST_OK);
                        }
                        judged(cached.get(), result);
                    }
                });
    }

    private void askPassword() {
        awaiting = Awaiting.PASSWORD;
        sendMore(CachingSha2.FULL);
    }

    private void sendMore(int... data) {
        ByteBuf out = Unpooled.buffer();
        int start = Wire.begin(out, nextSequence++);
        out.writeByte(MORE_DATA);
        for (int each : data) {
            out.writeByte(each);
        }
        Wire.end(out, start);
        client.send(out);
    }

    private void password(byte[] data) {
        if (client.secure()) {
            known(CachingSha2.withoutFinalZero(data));
            return;
        }
        boolean wantsKey =
                data.length == 1
                        && (data[0] == CachingSha2.REQUEST_KEY || data[0] == SHA256_REQUEST_KEY);
        if (wantsKey) {
            awaiting = Awaiting.PASSWORD;
            ByteBuf out = Unpooled.buffer();
            int start = Wire.begin(out, nextSequence);
            out.writeByte(MORE_DATA).writeBytes(tools.key().publicPem());
            Wire.end(out, start);
            client.send(out);
            return;
        }
        try {
            known(CachingSha2.decrypt(data, scramble, tools.key()));
        } catch (GeneralSecurityException _) {
            refuse(denied());
        }
    }

    private void known(byte[] password) {
        LoginSecret secret = LoginSecret.ofPassword(password);
        connect(
                secret,
                result -> {
                    if (result instanceof ConnectResult.Connected
                            && secret instanceof LoginSecret.Plain plain
                            && plugin.equals(CachingSha2.NAME)) {
                        tools.cache().remember(request.user(), plain);
                    }
                    judged(secret, result);
                });
    }

    private void tryPrimary(LoginSecret secret) {
        connect(secret, result -> judged(secret, result));
    }

    private void connect(LoginSecret secret, Consumer<ConnectResult> then) {
        BackendLogin login =
                new BackendLogin(
                        request.user(),
                        secret,
                        request.schema(),
                        request.capabilities() & ~Capabilities.SSL,
                        request.collation(),
                        request.attributes(),
                        client.secure());
        tools.connector()
                .connect(
                        client.loop(),
                        primary,
                        login,
                        result -> {
                            if (!abandoned) {
                                then.accept(result);
                            } else if (result instanceof ConnectResult.Connected connected) {
                                connected.backend().close();
                            }
                        });
    }

    private void judged(LoginSecret secret, ConnectResult result) {
        switch (result) {
            case ConnectResult.Unreachable(String why) ->
                    refuse(
                            MySqlErrors.unreachable(
                                    "The primary " + primary + " cannot be reached: " + why));
            case ConnectResult.Refused(ErrPacket error) ->
                    refuse(error.code() == ACCESS_DENIED ? denied(secret) : error);
            case ConnectResult.Connected connected ->
                    tools.catalogs()
                            .find(
                                    primary,
                                    Duration.ofDays(1),
                                    client.loop(),
                                    found -> accept(secret, connected.backend(), found));
        }
    }

    private void accept(LoginSecret secret, BackendConnection backend, Found found) {
        if (abandoned) {
            backend.close();
            return;
        }
        switch (found) {
            case Found.Known(Catalog catalog) ->
                    client.accepted(
                            new LoggedIn(request, secret, catalog, backend, scramble),
                            nextSequence);
            case Found.Unknown(String why) -> {
                backend.close();
                refuse(MySqlErrors.unreachable(why));
            }
        }
    }

    private void refuse(ErrPacket error) {
        client.refused(error, nextSequence);
    }

    /** The server would name the host it sees, which is the proxy's. */
    private ErrPacket denied(LoginSecret secret) {
        return MySqlErrors.accessDenied(
                request.user(), client.host(), !(secret instanceof LoginSecret.Empty));
    }

    private ErrPacket denied() {
        return MySqlErrors.accessDenied(
                request.user(), client.host(), request.authentication().length > 0);
    }
}
