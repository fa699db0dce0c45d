package io.dbmanager.app.cli;

import io.dbmanager.app.run.Console;
import io.dbmanager.app.text.Show;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code /status} as people read it on a terminal. */
final class StatusText {
    private static final int EVENTS_SHOWN = 5;

    private StatusText() {}

    static List<String> lines(JsonNode status, Console console) {
        List<String> lines = new ArrayList<>();
        JsonNode primary = status.path("primary");
        JsonNode proxy = status.path("proxy");
        lines.add(
                "%s   epoch %s, up %s, proxy on %s: %s clients, %s reads, %s writes"
                        .formatted(
                                paint(status.path("state").asString(), console),
                                status.path("epoch").asString(),
                                Show.duration(
                                        Duration.ofSeconds(
                                                status.path("uptime_seconds").asLong(0))),
                                proxy.path("address").asString(),
                                proxy.path("clients").asString(),
                                proxy.path("reads_total").asString(),
                                proxy.path("writes_total").asString()));
        lines.add(
                "%-16s %-21s %s  %s"
                        .formatted(
                                primary.path("name").asString(),
                                primary.path("address").asString(),
                                primary.path("reachable").asBoolean(false)
                                        ? console.green("primary")
                                        : console.red("primary, unreachable"),
                                primary.path("server_version").asString("")));
        status.path("replicas")
                .forEach(replica -> {
                    lines.add(replica(replica, console));
                    replica.path("findings").forEach(finding -> lines.add(finding(finding)));
                });
        status.path("last_events")
                .valueStream()
                .limit(EVENTS_SHOWN)
                .forEach(event ->
                        lines.add(
                                console.dim(
                                        "%s  %s  %s  %s"
                                                .formatted(
                                                        event.path("at").asString(),
                                                        event.path("server").asString(),
                                                        event.path("event").asString(),
                                                        event.path("detail").asString()))));
        return lines;
    }

    private static String replica(JsonNode replica, Console console) {
        JsonNode lag = replica.path("lag_seconds");
        String text =
                "%-16s %-21s %s  lag %s, %s reads%s"
                        .formatted(
                                replica.path("name").asString(),
                                replica.path("address").asString(),
                                paint(replica.path("state").asString(), console),
                                lag.isNumber()
                                        ? Show.lag(
                                                Duration.ofMillis(
                                                        Math.round(lag.asDouble() * 1000)))
                                        : "unknown",
                                replica.path("reads_total").asString(),
                                replica.path("takes_reads").asBoolean(false)
                                        ? ""
                                        : ", takes no reads");
        JsonNode reason = replica.path("reason");
        return reason.isString() ? text + ": " + reason.asString() : text;
    }

    private static String finding(JsonNode finding) {
        return "  %s, %s".formatted(finding.path("id").asString(), finding.path("page").asString());
    }

    private static String paint(String state, Console console) {
        return switch (state) {
            case "healthy", "replicating" -> console.green(state);
            case "needs_resync", "no_primary", "unreachable", "stopped" -> console.red(state);
            default -> console.yellow(state);
        };
    }
}
