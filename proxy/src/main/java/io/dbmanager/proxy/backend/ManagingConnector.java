package io.dbmanager.proxy.backend;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ManagingLogin;
import io.netty.channel.EventLoop;
import java.util.Iterator;
import java.util.function.Consumer;

/** Opens connections for what the proxy itself wants to know, by whatever login works now. */
public final class ManagingConnector {
    private static final int ACCESS_DENIED = 1045;

    private final BackendConnector connector;
    private final ManagingLogin login;

    public ManagingConnector(BackendConnector connector, ManagingLogin login) {
        this.connector = connector;
        this.login = login;
    }

    /** {@code then} is called exactly once, on the event loop. */
    public void connect(EventLoop loop, Server server, Consumer<ConnectResult> then) {
        connect(loop, server, login.all().iterator(), then);
    }

    private void connect(
            EventLoop loop,
            Server server,
            Iterator<Credentials> candidates,
            Consumer<ConnectResult> then) {
        connector.connect(
                loop,
                server,
                BackendLogin.managing(candidates.next()),
                result -> {
                    if (isDenied(result) && candidates.hasNext()) {
                        connect(loop, server, candidates, then);
                    } else {
                        then.accept(result);
                    }
                });
    }

    private static boolean isDenied(ConnectResult result) {
        return result instanceof ConnectResult.Refused(var error) && error.code() == ACCESS_DENIED;
    }
}
