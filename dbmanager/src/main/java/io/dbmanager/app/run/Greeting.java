package io.dbmanager.app.run;

import java.util.List;

/**
 * What is said once everything serves.
 *
 * @param lines beyond the addresses; {@code {host}} and {@code {port}} stand for the proxy's
 */
public record Greeting(List<String> lines) {
    public static final Greeting NONE = new Greeting(List.of());
}
