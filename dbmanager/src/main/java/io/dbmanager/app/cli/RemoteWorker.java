package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.run.Console;
import io.dbmanager.common.Secret;
import io.dbmanager.common.TopologyEvent;
import io.dbmanager.sync.ActionAnswer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A startsync that runs, asked over HTTP. */
final class RemoteWorker implements Worker {
    private static final int ACCEPTED = 202;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final Running running;
    private final Console console;

    RemoteWorker(Running running, Console console) {
        this.running = running;
        this.console = console;
    }

    @Override
    public ActionAnswer resync(String replica, boolean overwrite)
            throws AppException, InterruptedException {
        String name = URLEncoder.encode(replica, StandardCharsets.UTF_8);
        ObjectNode body = JsonMapper.shared().createObjectNode().put("overwrite", overwrite);
        return ask(replica, "/replicas/" + name + "/resync", body);
    }

    @Override
    public ActionAnswer verify(Optional<String> replica) throws AppException, InterruptedException {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        replica.ifPresent(name -> body.put("replica", name));
        return ask(replica.orElse(""), "/verify", body);
    }

    @Override
    public ActionAnswer rotatePassword(Optional<Secret> password)
            throws AppException, InterruptedException {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        password.ifPresent(text -> body.put("password", text.reveal()));
        return ask("", "/rotate-password", body);
    }

    @Override
    public String primary() throws AppException, InterruptedException {
        return status().path("primary").path("name").asString();
    }

    private ActionAnswer ask(String replica, String path, ObjectNode body)
            throws AppException, InterruptedException {
        Running.Answer answer = running.post(path, body.toString());
        return switch (answer.status()) {
            case ACCEPTED -> new ActionAnswer.Accepted(answer.body().path("plan").asString());
            case NOT_FOUND -> new ActionAnswer.UnknownReplica(replica);
            case CONFLICT ->
                    new ActionAnswer.Refused(
                            answer.error(), answer.body().path("would_lose_data").asBoolean(false));
            default -> throw AppException.failed(running.address() + ": " + answer.error() + ".");
        };
    }

    @Override
    public List<String> replicas() throws AppException, InterruptedException {
        return status().path("replicas")
                .valueStream()
                .map(replica -> replica.path("name").asString())
                .toList();
    }

    @Override
    public List<TopologyEvent> events() throws AppException, InterruptedException {
        return status().path("last_events").valueStream().map(RemoteWorker::event).toList();
    }

    private JsonNode status() throws AppException, InterruptedException {
        return running.get("/status").body();
    }

    private static TopologyEvent event(JsonNode json) {
        return new TopologyEvent(
                Instant.parse(json.path("at").asString()),
                json.path("server").asString(),
                json.path("event").asString(),
                json.path("detail").asString());
    }

    @Override
    public void show(TopologyEvent event) {
        console.line(console.bold(event.event()) + "  " + event.server() + "  " + event.detail());
    }

    @Override
    public void close() {
        running.close();
    }
}
