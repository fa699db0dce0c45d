package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.sync.SyncException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies a replica again. */
@picocli.CommandLine.Command
final class ResyncCommand implements Command {
    private final Context context;
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1", paramLabel = "NAME")
    private String name = "";

    /** Consent to lose what only this replica has. */
    @Option(names = "--overwrite")
    private boolean overwrite;

    ResyncCommand(Context context) {
        this.context = context;
    }

    @Override
    public ExitCode call() throws AppException, SyncException, InterruptedException {
        return new ReplicaAction(Asking.begin(context, spec)).resync(name, overwrite);
    }
}
