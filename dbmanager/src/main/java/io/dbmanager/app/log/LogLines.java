package io.dbmanager.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.dbmanager.app.run.Console;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Writes log lines to standard error, above whatever is rewritten in place on the terminal. Logback
 * makes appenders itself, hence the static reference.
 */
public final class LogLines extends AppenderBase<ILoggingEvent> {
    private static volatile @Nullable Console console;
    private @Nullable PatternLayoutEncoder encoder;

    /** Log lines share the terminal with {@code shared} from now on. */
    public static void share(Console shared) {
        console = shared;
    }

    /**
     * @param level in lower case, one that Logback knows
     */
    public static void setLevel(String level) {
        ((Logger) LoggerFactory.getLogger("io.dbmanager")).setLevel(Level.valueOf(level));
    }

    /** Called by Logback while it reads its configuration. */
    public void setEncoder(PatternLayoutEncoder encoder) {
        this.encoder = encoder;
    }

    @Override
    protected void append(ILoggingEvent event) {
        PatternLayoutEncoder lines = encoder;
        if (lines == null) {
            return;
        }
        byte[] line = lines.encode(event);
        Console shared = console;
        if (shared == null) {
            write(line);
        } else {
            shared.above(() -> write(line));
        }
    }

    private static void write(byte[] line) {
        System.err.write(line, 0, line.length);
        System.err.flush();
    }
}
