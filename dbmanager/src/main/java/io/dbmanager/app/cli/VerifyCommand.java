package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.sync.SyncException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares a replica, or all of them, with the primary. */
@picocli.CommandLine.Command
final class VerifyCommand implements Command {
    private final Context context;
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "NAME")
    private @Nullable String name;

    VerifyCommand(Context context) {
        this.context = context;
    }

    @Override
    public ExitCode call() throws AppException, SyncException, InterruptedException {
        return new ReplicaAction(Asking.begin(context, spec)).verify(Optional.ofNullable(name));
    }
}
