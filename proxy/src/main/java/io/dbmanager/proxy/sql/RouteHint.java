package io.dbmanager.proxy.sql;

/** Where a statement's first comment asks for it to be run: {@code /* route:primary *}{@code /}. */
public sealed interface RouteHint {
    RouteHint NONE = new None();
    RouteHint PRIMARY = new Primary();
    RouteHint REPLICA = new Replica();

    record None() implements RouteHint {}

    record Primary() implements RouteHint {}

    record Replica() implements RouteHint {}

    /**
     * @param name in lower case, as services are named
     */
    record Server(String name) implements RouteHint {}
}
