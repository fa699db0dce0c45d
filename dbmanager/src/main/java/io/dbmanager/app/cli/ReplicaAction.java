package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.ExitCode;
import io.dbmanager.app.run.Console;
import io.dbmanager.sync.SyncException;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks for something to be done to replicas. */
final class ReplicaAction {
    private final Asking asking;
    private final Console console;

    ReplicaAction(Asking asking) {
        this.asking = asking;
        this.console = asking.context().console();
    }

    ExitCode resync(String name, boolean overwrite)
            throws AppException, SyncException, InterruptedException {
        ObjectNode body = JsonMapper.shared().createObjectNode().put("overwrite", overwrite);
        return ask("/replicas/" + name + "/resync", body);
    }

    ExitCode verify(Optional<String> name)
            throws AppException, SyncException, InterruptedException {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        name.ifPresent(replica -> body.put("replica", replica));
        return ask("/verify", body);
    }

    private ExitCode ask(String path, ObjectNode body) throws AppException, InterruptedException {
        Running running =
                asking.running().orElseThrow(() -> AppException.failed("No startsync runs here."));
        Running.Answer answer = running.post(path, body.toString());
        if (answer.status() == 202) {
            console.line(answer.body().path("plan").asString());
            return ExitCode.DONE;
        }
        throw AppException.failed(answer.error());
    }
}
