package io.dbmanager.proxy.session;

import io.dbmanager.proxy.auth.ClientLogin;
import io.dbmanager.proxy.backend.BackendConnection;
import io.dbmanager.proxy.backend.Channels;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What a session is doing. Transactions, locks and the like are facts about its primary backend and
 * live in {@link SessionFacts}; here is only whose turn it is to speak.
 *
 * <pre>
 * Starting -> Idle -> Opening -> Running -> Idle
 *              |                  |   ^
 *              |                  v   |
 *              |               Uploading
 *              +-> ChangingUser -> Starting
 * any -> Closed
 * </pre>
 */
sealed interface SessionState {
    /**
     * Has no more read from either side than the other side takes.
     *
     * @param ahead whether the client may send ahead of its turn
     */
    void read(Channel client, boolean ahead);

    /** Lets go of what is under way: the session ends. */
    void abandon();

    /** Nothing is under way. */
    sealed interface Resting extends SessionState {
        @Override
        default void abandon() {}
    }

    /** The primary is being asked about the session's settings. */
    record Starting() implements Resting {
        @Override
        public void read(Channel client, boolean ahead) {
            Channels.read(client, ahead);
        }
    }

    /** The client's turn. */
    record Idle() implements Resting {
        @Override
        public void read(Channel client, boolean ahead) {
            Channels.read(client, client.isWritable());
        }
    }

    /** A backend is being opened for this job. */
    record Opening(Job job) implements SessionState {
        @Override
        public void read(Channel client, boolean ahead) {
            Channels.read(client, ahead);
        }

        @Override
        public void abandon() {
            job.release();
        }
    }

    /** A backend's turn. */
    record Running(Attempt attempt) implements SessionState {
        @Override
        public void read(Channel client, boolean ahead) {
            attempt.backend().connection().read(client.isWritable());
            Channels.read(client, ahead);
        }

        @Override
        public void abandon() {
            attempt.abandon();
            attempt.job().release();
        }
    }

    /**
     * The client sends more of a command to this backend.
     *
     * @param attempt null for a command without an answer
     */
    record Uploading(SessionBackend backend, @Nullable Attempt attempt, Upload upload)
            implements SessionState {
        @Override
        public void read(Channel client, boolean ahead) {
            BackendConnection server = backend.connection();
            boolean taken = upload.isAnswered() || !server.isOpen();
            server.read(client.isWritable());
            Channels.read(client, taken || server.isWritable());
        }

        @Override
        public void abandon() {
            if (attempt != null) {
                attempt.abandon();
                attempt.job().release();
            }
        }
    }

    record ChangingUser(ClientLogin login) implements SessionState {
        @Override
        public void read(Channel client, boolean ahead) {
            Channels.read(client, client.isWritable());
        }

        @Override
        public void abandon() {
            login.abandon();
        }
    }

    record Closed(SessionEnd why) implements Resting {
        @Override
        public void read(Channel client, boolean ahead) {
            // Nothing is read any more.
        }
    }
}
