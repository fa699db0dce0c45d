package io.dbmanager.app.settings;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every key of the settings file. The same key in capitals after {@code DBMANAGER_} is its
 * environment variable, and those that a command line has are spelt {@code --key} there.
 */
public enum Key {
    ENVIRONMENT("file with the services; else the usual places are looked through"),
    PRIMARY("service that takes writes, where its name does not tell"),
    REPLICA("services that are replicas, where their names do not tell"),
    ONCE("stop after the sync"),
    DRY_RUN("print the plan and change nothing"),
    DEMO("start servers of its own and run on them"),
    DEMO_DIR("folder that keeps the demo's data from one run to the next"),
    OVERWRITE("replicas that may lose data which the primary does not have"),
    PROXY_LISTEN("address of the proxy, HOST:PORT"),
    HTTP_LISTEN("address of the page and of /status, HOST:PORT"),
    WAIT("how long to wait for servers to be ready"),
    CONSISTENCY("what a read may miss: eventual, session or global"),
    MAX_LAG("a replica further behind takes no reads"),
    RESYNC("what happens when a replica cannot go on: auto or manual"),
    PROBE_INTERVAL("how often each server is looked at"),
    COPY_THREADS("workers that read tables for a copy side by side"),
    COPY_BYTES_PER_SECOND("limit on what a copy reads; 0 for none"),
    COPY_FROM("what copies are read from: primary, or replica for a healthy one if there is"),
    CLONE("whether MySQL's clone plugin makes replicas: auto, always or never"),
    VERIFY_EVERY("how often all replicas are compared with the primary; 0 for when asked only"),
    VERIFY_BYTES_PER_SECOND("limit on what a comparison reads from each server; 0 for none"),
    MAX_CLIENTS("clients of the proxy beyond this many are refused"),
    MAX_CLIENTS_PER_ACCOUNT("clients of one account beyond this many are refused; 0 for no limit"),
    MAX_PREPARED_STATEMENTS("prepared statements of all clients of the proxy together"),
    MAX_PREPARED_STATEMENTS_PER_CLIENT("prepared statements of one client of the proxy"),
    IDLE_TIMEOUT("after which a client that says nothing is disconnected; 0 for never"),
    QUERY_TIMEOUT("after which a statement is killed; 0 for never"),
    READ_WAIT("how long a read may wait on a replica for the session's own writes"),
    CONNECT_TIMEOUT("for the proxy's connections to servers"),
    LOGIN_TIMEOUT("within which a client of the proxy must have logged in"),
    TLS_CERTIFICATE("PEM file of the certificate chain shown to the proxy's clients"),
    TLS_KEY("PEM file of its key"),
    TLS_CLIENT_CA("PEM file of those who sign certificates of the proxy's clients"),
    REQUIRE_TLS("refuse clients of the proxy without TLS"),
    SERVER_TLS("TLS between the proxy and servers: off, preferred or verify"),
    SERVER_TLS_CA("PEM file of those who sign the servers' certificates"),
    SERVER_TLS_CERTIFICATE("PEM file of the certificate that the proxy shows to servers"),
    SERVER_TLS_KEY("PEM file of its key"),
    MAX_PACKET("the longest packet taken from a client of the proxy, in bytes"),
    MAX_BACKENDS("connections of the proxy to each server; 0 for as many as it takes"),
    BACKEND_WAIT("how long a client may wait for a connection to a server to become free"),
    BACKEND_IDLE("after which a connection to a server that nobody uses is closed"),
    PROXY_PROTOCOL_FROM("networks whose PROXY protocol headers are believed"),
    PROXY_THREADS("event loops of the proxy; 0 for one for each processor"),
    TRANSPORT("how the proxy waits for its sockets: auto, epoll or nio"),
    DRAIN_TIMEOUT("how long running statements may take to finish at the end"),
    TOKEN("bearer token that actions over HTTP need; else one is made at each start"),
    HTTP_MAX_CONNECTIONS("HTTP connections beyond this many are refused"),
    HTTP_MAX_BODY("largest body of an HTTP request, in bytes"),
    HTTP_REQUEST_TIMEOUT("within which an HTTP request must have arrived whole"),
    STATE_DIR("folder for what startsync commands know of each other and after a restart"),
    LOG_LEVEL("error, warn, info, debug or trace");

    /** What every key's environment variable begins with. */
    public static final String PREFIX = "DBMANAGER_";

    private final String description;

    Key(String description) {
        this.description = description;
    }

    /** As it stands in the settings file. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String variable() {
        return PREFIX + name();
    }

    public String description() {
        return description;
    }

    static Optional<Key> ofVariable(String variable) {
        return Arrays.stream(values()).filter(key -> key.variable().equals(variable)).findFirst();
    }

    public static Optional<Key> ofWord(String word) {
        return Arrays.stream(values()).filter(key -> key.word().equals(word)).findFirst();
    }
}
