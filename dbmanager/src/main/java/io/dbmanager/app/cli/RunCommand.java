package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.app.demo.Demo;
import io.dbmanager.app.discovery.ServiceSource;
import io.dbmanager.app.log.LogLines;
import io.dbmanager.app.run.DaggerRunComponent;
import io.dbmanager.app.run.Greeting;
import io.dbmanager.app.settings.Settings;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import io.dbmanager.sync.SyncException;
import io.dbmanager.sync.SyncSettings;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Discover, wait, sync, then serve and watch until stopped. */
@picocli.CommandLine.Command
final class RunCommand implements Command {
    private final Context context;
    @Spec private CommandSpec spec = CommandSpec.create();

    RunCommand(Context context) {
        this.context = context;
    }

    @Override
    public ExitCode call() throws AppException, SyncException, InterruptedException {
        Settings settings =
                Invocation.of(spec.root().commandLine().getParseResult())
                        .settings(context, SyncSettings.DEFAULT_WAIT_TIMEOUT);
        LogLines.share(context.console());
        // On a terminal a person reads the progress; elsewhere the log is what is kept.
        LogLines.setLevel(
                settings.logLevel().orElse(context.console().isTerminal() ? "warn" : "info"));
        try {
            return settings.mode().demo() ? onDemo(settings) : onServices(settings);
        } catch (InterruptedException e) {
            if (context.stop().requested() && !settings.mode().once()) {
                return ExitCode.DONE;
            }
            throw e;
        }
    }

    private ExitCode onServices(Settings settings)
            throws AppException, SyncException, InterruptedException {
        ServiceSource source = context.services(settings);
        return run(settings, source.discover(), source, Greeting.NONE);
    }

    /**
     * Consent to a name that is none would be a slip of the fingers, and the wrong time for one.
     */
    private static void requireReplicas(Set<String> names, Services services) throws AppException {
        List<String> replicas = services.replicas().stream().map(ServerSpec::name).toList();
        for (String name : names) {
            if (!replicas.contains(name)) {
                throw AppException.usage(
                        "--overwrite names %s, which is no replica; the replicas are %s."
                                .formatted(name, String.join(", ", replicas)));
            }
        }
    }

    private ExitCode onDemo(Settings settings)
            throws AppException, SyncException, InterruptedException {
        try (Demo demo = Demo.start(settings.mode().demoDir(), context.console())) {
            return run(settings, demo.services(), demo::services, demo.greeting());
        }
    }

    private ExitCode run(
            Settings settings, Services services, ServiceSource source, Greeting greeting)
            throws AppException, SyncException, InterruptedException {
        requireReplicas(settings.sync().overwrite(), services);
        return DaggerRunComponent.factory()
                .create(settings, services, source, greeting, context.console(), context.clock())
                .run()
                .run();
    }
}
