package io.dbmanager.app.cli;

import io.dbmanager.app.AppException;
import io.dbmanager.app.run.RuntimeFile;
import io.dbmanager.app.settings.Settings;
import io.dbmanager.common.Secret;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A startsync that runs, as another command talks to it: at the address that the settings name,
 * else at the only one of which a runtime file tells.
 */
final class Running implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI http;
    private final Optional<Secret> token;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    private Running(URI http, Optional<Secret> token) {
        this.http = http;
        this.token = token;
    }

    /** An answer of it. */
    record Answer(int status, JsonNode body) {
        /** What it says is wrong. */
        String error() {
            return body.path("error").asString("status " + status);
        }
    }

    /**
     * @param addressGiven whether somebody named the address, so that silence there is an error
     */
    static Optional<Running> find(Settings settings, boolean addressGiven)
            throws AppException, InterruptedException {
        List<RuntimeFile> live = RuntimeFile.live(settings.stateDir());
        int port = settings.http().listen().getPort();
        Optional<RuntimeFile> file =
                live.stream().filter(runtime -> runtime.http().getPort() == port).findFirst();
        if (file.isEmpty() && !addressGiven) {
            if (live.size() > 1) {
                throw AppException.usage(
                        "Several are running (%s): say which with --http-listen HOST:PORT."
                                .formatted(
                                        String.join(
                                                ", ",
                                                live.stream()
                                                        .map(r -> r.http().getAuthority())
                                                        .toList())));
            }
            file = live.stream().findFirst();
        }
        if (file.isPresent()) {
            return Optional.of(
                    new Running(file.get().http(), settings.http().token().or(reveal(file.get()))));
        }
        if (!addressGiven) {
            return Optional.empty();
        }
        String host = settings.http().listen().getHostString();
        URI uri =
                URI.create(
                        "http://%s:%d"
                                .formatted(host.equals("0.0.0.0") ? "127.0.0.1" : host, port));
        return Optional.of(new Running(uri, settings.http().token()));
    }

    private static Supplier<Optional<Secret>> reveal(RuntimeFile file) {
        return () -> Optional.of(file.token());
    }

    Answer get(String path) throws AppException, InterruptedException {
        return send(HttpRequest.newBuilder(http.resolve(path)).GET());
    }

    Answer post(String path, String body) throws AppException, InterruptedException {
        Secret known =
                token.orElseThrow(() ->
                        AppException.usage(
                                "The token of the startsync at %s is not known: set".formatted(http)
                                        + " DBMANAGER_TOKEN, or run this as its user on"
                                        + " its machine."));
        return send(
                HttpRequest.newBuilder(http.resolve(path))
                        .header("Authorization", "Bearer " + known.reveal())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    private Answer send(HttpRequest.Builder request) throws AppException, InterruptedException {
        try {
            HttpResponse<String> response =
                    client.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), JsonMapper.shared().readTree(response.body()));
        } catch (ConnectException e) {
            throw AppException.failed("Nothing listens at %s.".formatted(http));
        } catch (IOException e) {
            throw AppException.failed("%s does not answer (%s).".formatted(http, e.getMessage()));
        } catch (JacksonException e) {
            throw AppException.failed("%s is no startsync: its answer is no JSON.".formatted(http));
        }
    }

    @Override
    public void close() {
        client.close();
    }

    URI address() {
        return http;
    }
}
