package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.common.Secret;
import io.dbmanager.sync.SyncException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Changes the passwords by which servers are managed and replicate. */
@picocli.CommandLine.Command
final class RotatePasswordCommand implements Command {
    private static final String STANDARD_INPUT = "-";

    private final Context context;
    @Spec private CommandSpec spec = CommandSpec.create();

    /** On the command line itself the password would stand in everybody's process list. */
    @Option(names = "--new-password-file", paramLabel = "FILE")
    private @Nullable String file;

    RotatePasswordCommand(Context context) {
        this.context = context;
    }

    @Override
    public ExitCode call() throws AppException, SyncException, InterruptedException {
        Optional<Secret> password = file == null ? Optional.empty() : Optional.of(read(file));
        return new ReplicaAction(Asking.begin(context, spec)).rotatePassword(password);
    }

    /** What the file holds, without the end of its line. */
    private static Secret read(String name) throws AppException {
        try {
            byte[] bytes =
                    name.equals(STANDARD_INPUT)
                            ? System.in.readAllBytes()
                            : Files.readAllBytes(Path.of(name));
            return Secret.of(new String(bytes, StandardCharsets.UTF_8).replaceFirst("\\R$", ""));
        } catch (IOException e) {
            throw AppException.usage(
                    "--new-password-file: %s cannot be read (%s).".formatted(name, e));
        }
    }
}
