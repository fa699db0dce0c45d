package io.dbmanager.proxy.auth;

import io.dbmanager.proxy.auth.Catalogs.Found;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.BackendLogin;
import io.dbmanager.proxy.backend.BackendPools;
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
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The conversation that establishes who a client is, after the greeting and for COM_CHANGE_USER:
 * look up how the account identifies itself, ask the client so, log in to the primary as that
 * account with what was learned. Only when the primary has said yes is the client told so; the
 * connection that this took becomes the session's.
 */
public final class ClientLogin {
    private static final Duration ACCOUNTS_FRESH = Duration.ofSeconds(30);
    private static final int SHA256_REQUEST_KEY = 0x01;
    private static final int MORE_DATA = 0x01;
    private static final int ACCESS_DENIED = 1045;
    private static final int MAX_PASSWORD = 1024;
    private static final int HASH = 20;
    private static final int MOST_SWITCHES = 2;

    /** What a login needs to know and to use, the same for all. */
    public record Tools(
            Catalogs catalogs,
            BackendPools backends,
            SecretCache cache,
            RsaKey key,
            LoginThrottle throttle) {}

    /** The client, as far as a login sees it. */
    public interface Client {
        EventLoop loop();

        /** Whether it came over TLS. */
        boolean secure();

        /** Whether it has shown a certificate of somebody whom the proxy was told to trust. */
        boolean certified();

        /** Where it came from, as servers write it. */
        String host();

        /** Writes a packet and flushes. */
        void send(ByteBuf packet);

        void accepted(LoggedIn who, int nextSequence);

        void refused(ErrPacket error, int nextSequence);
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
    private final ClientMeans means;
    private byte[] scramble;
    private int nextSequence;
    private Awaiting awaiting = Awaiting.NOTHING;
    private String plugin = "";
    private boolean abandoned;

    /**
     * How often the client was asked to take another plugin. Servers ask once; most clients follow
     * a second time, which spares them a failure where the account has just got another plugin.
     */
    private int switches;

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
        this.means = new ClientMeans(client, request, tools.backends().connector().isCertified());
        this.scramble = scramble;
        this.nextSequence = nextSequence;
    }

    public void start() {
        Duration delay = tools.throttle().delay(client.host(), request.user(), System.nanoTime());
        if (delay.isZero()) {
            begin();
        } else {
            later(delay);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Looks itself whether the client has gone.
    private void later(Duration delay) {
        client.loop().schedule(this::begin, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void begin() {
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
                boolean hopeful = account.filter(means::canTry).isPresent();
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

    private void choose(Catalog catalog, Optional<Account> account) {
        if (account.isPresent() && !means.isSecureEnoughFor(account.get())) {
            refuseInsecure(account.get());
            return;
        }
        // A user that does not exist is asked like any other, and refused like any other.
        Optional<String> asked =
                account.isPresent()
                        ? account.get().asked()
                        : Optional.of(catalog.greeting().plugin());
        if (asked.filter(means::canSpeak).isEmpty()) {
            String used = account.map(Account::plugin).orElse(catalog.greeting().plugin());
            refuse(MySqlErrors.unsupportedPlugin(request.user(), used));
            return;
        }
        plugin = asked.get();
        if (switches == 0 && (request.plugin().equals(plugin) || request.plugin().isEmpty())) {
            answered(request.authentication());
        } else {
            switches++;
            awaiting = Awaiting.ANSWER;
            scramble = NativePassword.newScramble();
            ByteBuf out = Unpooled.buffer();
            new AuthSwitch(plugin, scramble).encode(out, nextSequence);
            client.send(out);
        }
    }

    /** The primary would say no more than that access is denied; one reason is the proxy's own. */
    private void refuseInsecure(Account account) {
        ErrPacket error = denied();
        refuse(
                means.lacksProxyCertificate(account)
                        ? error.withMessage(
                                error.message()
                                        + ": the account requires a certificate, and the proxy has"
                                        + " none to show to the primary (server-tls-certificate)")
                        : error);
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
                } else if (!asksOtherwise(catalog)) {
                    letPrimaryRefuse();
                }
            }
        }
    }

    /** The primary counts the failures of an account and has words of its own for some. */
    private void letPrimaryRefuse() {
        connect(
                new LoginSecret.Hash(Digests.scramble(HASH)),
                result -> {
                    switch (result) {
                        case ConnectResult.Refused(ErrPacket error) ->
                                refuse(error.code() == ACCESS_DENIED ? denied() : error);
                        case ConnectResult.Connected connected -> {
                            connected.backend().close();
                            refuse(denied());
                        }
                        case ConnectResult.Unreachable _ -> refuse(denied());
                    }
                });
    }

    /**
     * Asks the client once more if the account has been given another plugin since it was asked.
     */
    private boolean asksOtherwise(Catalog catalog) {
        Optional<Account> account = catalog.account(request.user());
        boolean other =
                switches < MOST_SWITCHES
                        && account.filter(means::canTry)
                                .flatMap(Account::asked)
                                .filter(asked -> !asked.equals(plugin))
                                .isPresent();
        if (other) {
            choose(catalog, account);
        }
        return other;
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
                        tools.cache().forget(request.user(), cached.get());
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
        tools.backends()
                .logIn(
                        client.loop(),
                        primary,
                        login,
                        result -> {
                            if (!abandoned) {
                                then.accept(result);
                            } else if (result instanceof ConnectResult.Connected connected) {
                                connected.backend().giveBack();
                            }
                        });
    }

    private void judged(LoginSecret secret, ConnectResult result) {
        switch (result) {
            case ConnectResult.Unreachable(String why) ->
                    refuse(
                            MySqlErrors.unreachable(
                                    "The primary " + primary + " cannot be reached: " + why));
            case ConnectResult.Refused(ErrPacket error) -> refused(secret, error);
            case ConnectResult.Connected connected ->
                    tools.catalogs()
                            .find(
                                    primary,
                                    Duration.ofDays(1),
                                    client.loop(),
                                    found -> accept(secret, connected.backend(), found));
        }
    }

    private void refused(LoginSecret secret, ErrPacket error) {
        if (error.code() != ACCESS_DENIED) {
            refuse(error);
        } else if (secret instanceof LoginSecret.Hash && switches < MOST_SWITCHES) {
            readAgain(found -> {
                if (abandoned) {
                    return;
                }
                if (!(found instanceof Found.Known(Catalog catalog)) || !asksOtherwise(catalog)) {
                    refuse(denied(secret));
                }
            });
        } else {
            refuse(denied(secret));
        }
    }

    private void accept(LoginSecret secret, BackendConnection backend, Found found) {
        if (abandoned) {
            backend.giveBack();
            return;
        }
        switch (found) {
            case Found.Known(Catalog catalog) -> {
                tools.throttle().succeeded(client.host(), request.user());
                client.accepted(
                        new LoggedIn(request, secret, catalog, backend, scramble), nextSequence);
            }
            case Found.Unknown(String why) -> {
                backend.giveBack();
                refuse(MySqlErrors.unreachable(why));
            }
        }
    }

    private void refuse(ErrPacket error) {
        if (error.code() == ACCESS_DENIED) {
            tools.throttle().failed(client.host(), request.user(), System.nanoTime());
        }
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
