package io.dbmanager.proxy.backend;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Somebody wants a connection. Answered exactly once, on its event loop. */
public final class Wish {
    private final BackendLogin login;
    private final long since;
    private final Duration patience;
    private final Consumer<ConnectResult> then;
    private @Nullable Future<?> deadline;
    private boolean over;

    Wish(BackendLogin login, long since, Duration patience, Consumer<ConnectResult> then) {
        this.login = login;
        this.since = since;
        this.patience = patience;
        this.then = then;
    }

    BackendLogin login() {
        return login;
    }

    /** The account must have been let in by the server at this moment or later. */
    long since() {
        return since;
    }

    Duration patience() {
        return patience;
    }

    boolean isOver() {
        return over;
    }

    @Nullable Future<?> deadline() {
        return deadline;
    }

    void deadline(Future<?> timer) {
        deadline = timer;
    }

    /** Nobody waits for it any more; what comes of it all the same is given back. */
    public void cancel() {
        if (!over) {
            settle();
            then.accept(new ConnectResult.Unreachable("it is not wanted any more"));
        }
    }

    private void settle() {
        over = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    void answer(ConnectResult result) {
        if (over) {
            if (result instanceof ConnectResult.Connected connected) {
                connected.backend().giveBack();
            }
        } else {
            settle();
            then.accept(result);
        }
    }
}
