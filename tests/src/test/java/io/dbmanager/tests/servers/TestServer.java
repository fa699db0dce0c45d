package io.dbmanager.tests.servers;

import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import java.time.Duration;

/**
 * A database server that a test started, and the things that can befall it. Its address stays the
 * same for its life, whatever happens to it.
 */
public interface TestServer extends AutoCloseable {
    String name();

    ServerFlavour flavour();

    ServerAddress address();

    /** The root account that it was handed out with. */
    Credentials credentials();

    /** Ends it at once, as a crash does. */
    void kill();

    /** Shuts it down in good order. */
    void stop();

    /** Starts it again with the data it has. */
    void restart();

    /**
     * Starts it again with a clock that is wrong by so much, or right again with zero. Skips the
     * test where that cannot be had.
     */
    void restartWithClock(Duration ahead);

    /** It keeps its connections and answers nothing, until {@link #resume}. */
    void stall();

    void resume();

    /** It is replaced by a blank server at the same address. */
    void wipe();

    /** The last lines of its error log, for failures. */
    String logTail();

    @Override
    void close();

    default ServerSpec spec() {
        return new ServerSpec(name(), address(), credentials());
    }

    default Login root() {
        return new Login(address(), credentials());
    }

    default Login as(Credentials other) {
        return new Login(address(), other);
    }
}
