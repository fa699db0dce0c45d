package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.app.run.Console;
import io.dbmanager.common.ServerVersion;
import io.dbmanager.proxy.sql.SqlContext;
import io.dbmanager.proxy.sql.Statement;
import io.dbmanager.proxy.sql.StatementClassifier;
import io.dbmanager.proxy.sql.StatementKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Says where the proxy would run a statement of a fresh session, and why. Runs nothing. */
@picocli.CommandLine.Command
final class ExplainCommand implements Command {
    /** Read as this where nothing runs that could tell: executable comments depend on it. */
    private static final String ASSUMED_VERSION = "9.7.0";

    private final Context context;
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1", paramLabel = "\"SQL\"")
    private String sql = "";

    ExplainCommand(Context context) {
        this.context = context;
    }

    @Override
    public ExitCode call() throws AppException, InterruptedException {
        JsonNode status = JsonMapper.shared().createObjectNode();
        Asking asking = Asking.begin(context, spec);
        if (asking.running().isPresent()) {
            status = asking.running().get().get("/status").body();
        }
        JsonNode version = status.path("primary").path("server_version");
        Statement statement =
                classify(
                        sql,
                        ServerVersion.parse(
                                version.isString() ? version.asString() : ASSUMED_VERSION));
        Console console = context.console();
        console.line("kind    " + statement.kind().word());
        console.line("target  " + target(statement, status));
        console.line("reason  " + statement.reason());
        return ExitCode.DONE;
    }

    static Statement classify(String sql, ServerVersion version) {
        int number = version.major() * 10_000 + version.minor() * 100 + version.patch();
        ByteBuf bytes = Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8);
        try {
            return new StatementClassifier()
                    .classify(
                            bytes,
                            0,
                            bytes.readableBytes(),
                            SqlContext.defaults(version.flavour(), number));
        } finally {
            bytes.release();
        }
    }

    private static String target(Statement statement, JsonNode status) {
        if (statement.kind() == StatementKind.DIAGNOSTIC) {
            return "the server that ran the statement before";
        }
        if (!statement.reads()) {
            return "primary";
        }
        List<String> takingReads =
                status.path("replicas")
                        .valueStream()
                        .filter(replica -> replica.path("takes_reads").asBoolean(false))
                        .map(replica -> replica.path("name").asString())
                        .toList();
        if (!status.has("replicas")) {
            return "replica";
        }
        return takingReads.isEmpty()
                ? "primary, since no replica takes reads now"
                : "replica, one of " + String.join(", ", takingReads);
    }
}
