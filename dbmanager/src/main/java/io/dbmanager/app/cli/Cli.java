package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.app.Version;
import io.dbmanager.app.text.Nearest;
import io.dbmanager.sync.SyncException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Parses, runs one command, and says in a sentence what went wrong. */
public final class Cli {
    private static final Logger log = LoggerFactory.getLogger(Cli.class);

    private final Context context;
    private final CommandLine commandLine;

    public Cli(Context context) {
        this.context = context;
        commandLine = root(new RunCommand(context), "startsync", true);
        add("run", new RunCommand(context), true);
        add("status", new StatusCommand(context), false);
        add("verify", new VerifyCommand(context), false);
        add("resync", new ResyncCommand(context), false);
        add("rotate-password", new RotatePasswordCommand(context), false);
        add("doctor", new DoctorCommand(context), false);
        add("explain", new ExplainCommand(context), false);
    }

    private static CommandLine root(Command command, String name, boolean run) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command).name(name);
        KeyOptions.addTo(spec, run);
        spec.addOption(flag("-h", "--help").usageHelp(true).build());
        spec.addOption(flag("-V", "--version").versionHelp(true).build());
        return new CommandLine(spec);
    }

    private static CommandLine.Model.OptionSpec.Builder flag(String... names) {
        return CommandLine.Model.OptionSpec.builder(names[0], names[1]).type(boolean.class);
    }

    private void add(String name, Command command, boolean run) {
        commandLine.addSubcommand(name, root(command, name, run));
    }

    /** Never throws for what users or servers do. */
    public ExitCode run(String... args) {
        try {
            ParseResult parsed = commandLine.parseArgs(args);
            return execute(parsed);
        } catch (ParameterException e) {
            return say(ExitCode.USAGE, sentence(e));
        }
    }

    private ExitCode execute(ParseResult parsed) {
        List<ParseResult> levels = new ArrayList<>(List.of(parsed));
        while (levels.getLast().hasSubcommand()) {
            levels.add(levels.getLast().subcommand());
        }
        if (levels.stream().anyMatch(ParseResult::isUsageHelpRequested)) {
            help().lines().forEach(context.console()::line);
            return ExitCode.DONE;
        }
        if (levels.stream().anyMatch(ParseResult::isVersionHelpRequested)) {
            context.console().line("dbmanager " + Version.TEXT);
            return ExitCode.DONE;
        }
        Command command = levels.getLast().commandSpec().commandLine().getCommand();
        try {
            return command.call();
        } catch (AppException e) {
            return say(e.exitCode(), String.valueOf(e.getMessage()));
        } catch (SyncException e) {
            return say(exitCode(e), String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            return say(ExitCode.FAILED, "It was stopped before it was done; run it again.");
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("a defect in dbmanager");
            return say(
                    ExitCode.FAILED,
                    "This is a defect in dbmanager (%s); DBMANAGER_LOG_LEVEL=debug shows where."
                            .formatted(e));
        }
    }

    private static ExitCode exitCode(SyncException e) {
        return switch (e) {
            case SyncException.NotReady _ -> ExitCode.NOT_READY;
            case SyncException.WouldLoseData _ -> ExitCode.WOULD_LOSE_DATA;
            default -> ExitCode.FAILED;
        };
    }

    private ExitCode say(ExitCode code, String sentences) {
        context.console()
                .above(() ->
                        sentences
                                .lines()
                                .forEach(line -> context.err().println("startsync: " + line)));
        return code;
    }

    private String sentence(ParameterException e) {
        List<String> options = new ArrayList<>();
        e.getCommandLine().getCommandSpec().optionsMap().keySet().forEach(options::add);
        List<String> commands = new ArrayList<>(commandLine.getSubcommands().keySet());
        String problem =
                switch (e) {
                    case UnmatchedArgumentException unmatched ->
                            unmatched(unmatched.getUnmatched().getFirst(), options, commands);
                    case MissingParameterException missing
                            when missing.getMissing().getFirst().isOption() ->
                            "option "
                                    + ((CommandLine.Model.OptionSpec)
                                                    missing.getMissing().getFirst())
                                            .longestName()
                                    + " needs a value";
                    case MissingParameterException missing ->
                            missing.getMissing().getFirst().paramLabel() + " is missing";
                    default -> String.valueOf(e.getMessage());
                };
        return problem + (problem.endsWith("?") ? " See" : "; see") + " startsync --help.";
    }

    private static String unmatched(String argument, List<String> options, List<String> commands) {
        int equals = argument.indexOf('=');
        String name = equals > 0 ? argument.substring(0, equals) : argument;
        boolean option = name.startsWith("-");
        return (option ? "unknown option " : "unknown command ")
                + name
                + Nearest.to(name, option ? options : commands)
                        .map(near -> ", did you mean " + near + "?")
                        .orElse("");
    }

    static String help() {
        try (InputStream in = Objects.requireNonNull(Cli.class.getResourceAsStream("help.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
