package io.dbmanager.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import org.slf4j.LoggerFactory;

/** An exception as key=value in its event's one line; its whole stack only at debug level. */
public final class OneLineThrowable extends ThrowableHandlingConverter {
    @Override
    public String convert(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown == null) {
            return "";
        }
        String error = (thrown.getClassName() + ": " + thrown.getMessage()).replaceAll("\\R", " ");
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        boolean whole =
                context.getLogger(event.getLoggerName()).getEffectiveLevel().levelInt
                        <= Level.DEBUG_INT;
        return " error=\""
                + error
                + "\""
                + (whole ? "\n" + ThrowableProxyUtil.asString(thrown) : "");
    }
}
