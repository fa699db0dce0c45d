package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.app.run.PlanText;
import io.dbmanager.app.run.RunComponent;
import io.dbmanager.sync.ReplicationManager;
import io.dbmanager.sync.SyncException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says how the servers are. */
@picocli.CommandLine.Command
final class StatusCommand implements Command {
    private final Context context;
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json")
    private boolean json;

    StatusCommand(Context context) {
        this.context = context;
    }

    @Override
    public ExitCode call() throws AppException, SyncException, InterruptedException {
        Asking asking = Asking.begin(context, spec);
        if (asking.running().isEmpty()) {
            return standalone(asking);
        }
        Running.Answer answer = asking.running().get().get("/status");
        if (answer.status() != 200) {
            throw AppException.failed(answer.error());
        }
        if (json) {
            context.console().line(answer.body().toPrettyString());
        } else {
            StatusText.lines(answer.body(), context.console()).forEach(context.console()::line);
        }
        return ExitCode.DONE;
    }

    private ExitCode standalone(Asking asking)
            throws AppException, SyncException, InterruptedException {
        if (json) {
            throw AppException.failed(
                    "No startsync runs here, and only a running one has a status in JSON.");
        }
        RunComponent component = asking.standalone();
        context.console().line("No startsync runs here; this is what the servers say themselves.");
        try (ReplicationManager manager = component.manager()) {
            manager.awaitServers();
            PlanText.lines(manager.plan()).forEach(context.console()::line);
        } finally {
            component.progress().clear();
        }
        return ExitCode.DONE;
    }
}
