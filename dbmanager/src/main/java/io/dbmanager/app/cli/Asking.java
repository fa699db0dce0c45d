package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.discovery.ServiceSource;
import io.dbmanager.app.log.LogLines;
import io.dbmanager.app.run.DaggerRunComponent;
import io.dbmanager.app.run.Greeting;
import io.dbmanager.app.run.RunComponent;
import io.dbmanager.app.settings.Key;
import io.dbmanager.app.settings.Settings;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** What the commands share that ask a running startsync, or else look for themselves. */
record Asking(Context context, Settings settings, Optional<Running> running) {
    /** Who asks a question does not want to wait ten minutes for a server that is down. */
    private static final Duration WAIT = Duration.ofSeconds(10);

    static Asking begin(Context context, CommandSpec spec)
            throws AppException, InterruptedException {
        Invocation invocation = Invocation.of(spec.root().commandLine().getParseResult());
        Settings settings = invocation.settings(context, WAIT);
        LogLines.share(context.console());
        LogLines.setLevel(settings.logLevel().orElse("warn"));
        boolean addressGiven = invocation.options().containsKey(Key.HTTP_LISTEN);
        return new Asking(context, settings, Running.find(settings, addressGiven));
    }

    /** For when nothing runs: the servers of the environment. */
    RunComponent standalone() throws AppException {
        ServiceSource source = context.services(settings);
        return DaggerRunComponent.factory()
                .create(
                        settings,
                        source.discover(),
                        source,
                        Greeting.NONE,
                        context.console(),
                        context.clock());
    }
}
