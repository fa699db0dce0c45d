package io.dbmanager.app.http;

import java.util.Optional;

/** Whether the primary takes writes through the proxy. */
public interface Readiness {
    /** Empty when it does, else the reason in a sentence. May take a moment. */
    Optional<String> problem();
}
