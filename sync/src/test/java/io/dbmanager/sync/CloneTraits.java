package io.dbmanager.sync;

import io.dbmanager.sync.inspect.CloneFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Makes clone facts for tests: of a server that can clone and be cloned, changed word by word. */
public final class CloneTraits {
    public String plugin = "ACTIVE";
    public final Set<String> active = new TreeSet<>(Set.of("caching_sha2_password", "innodb"));
    public final Set<String> extensions = new TreeSet<>();
    public final Set<String> privileges =
            new TreeSet<>(
                    Set.of(
                            "BACKUP_ADMIN",
                            "CLONE_ADMIN",
                            "PROCESS",
                            "SHUTDOWN",
                            "SYSTEM_VARIABLES_ADMIN"));
    public final List<String> otherEngines = new ArrayList<>();
    public long dataBytes = 1L << 30;
    public final List<String> elsewhere = new ArrayList<>();
    public boolean encrypted;
    public int events;
    public boolean ownNotes;
    public String seenFrom = "10.0.0.9";
    public String admittedFrom = "%";

    CloneFacts facts() {
        return new CloneFacts(
                plugin,
                active,
                extensions,
                privileges,
                otherEngines,
                dataBytes,
                elsewhere,
                encrypted,
                events,
                ownNotes,
                seenFrom,
                admittedFrom);
    }
}
