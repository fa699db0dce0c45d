package io.dbmanager.sync.plan;

import io.dbmanager.common.ServerVersion;
import io.dbmanager.sync.SyncSettings.CloneMode;
import io.dbmanager.sync.inspect.CloneFacts;
import io.dbmanager.sync.inspect.ServerFacts;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether a replica can be made by MySQL's clone plugin: what the plugin itself asks for ("Remote
 * Cloning Prerequisites" and "Clone Plugin Limitations" in the manual), so that it is known before
 * anything is dropped; and what it does not ask but a copy would get right, such as that the
 * replica starts again and lets us in afterwards.
 */
final class CloneRules {
    private static final long PACKET_MIN = 2 << 20;

    /** For less, two restarts and what every server holds anyway cost more than a copy. */
    static final long WORTHWHILE_BYTES = 128 << 20;

    private static final int NAMES_SHOWN = 3;

    /** Must be the same on both; what differs in {@code character_set_server} is set before. */
    private static final List<String> EQUAL_VARIABLES =
            List.of(
                    "version_compile_os",
                    "version_compile_machine",
                    "innodb_page_size",
                    "innodb_data_file_path",
                    "character_set_filesystem");

    private static final List<String> DONOR_PRIVILEGES = List.of("BACKUP_ADMIN", "PROCESS");

    private static final List<String> RECIPIENT_PRIVILEGES =
            List.of("CLONE_ADMIN", "SHUTDOWN", "SYSTEM_VARIABLES_ADMIN");

    private final ServerFacts primary;
    private final ServerFacts replica;
    private final CloneFacts donor;
    private final CloneFacts recipient;
    private final boolean gtids;

    private CloneRules(
            ServerFacts primary,
            ServerFacts replica,
            CloneFacts donor,
            CloneFacts recipient,
            boolean gtids) {
        this.primary = primary;
        this.replica = replica;
        this.donor = donor;
        this.recipient = recipient;
        this.gtids = gtids;
    }

    /**
     * Why it is not cloned, as a phrase; empty text where that goes without saying, and nothing
     * where it is.
     *
     * @param gtids whether replication is to go by GTIDs
     */
    static Optional<String> whyNot(
            ServerFacts primary, ServerFacts replica, boolean gtids, CloneMode cloning) {
        if (primary.version().isMariaDb()) {
            return Optional.of("");
        }
        if (cloning == CloneMode.NEVER) {
            return Optional.of("the settings say so (clone: never)");
        }
        Optional<String> version = version(primary.version(), replica.version());
        if (version.isPresent()) {
            return version;
        }
        if (primary.cloneFacts().isEmpty() || replica.cloneFacts().isEmpty()) {
            return Optional.of("it is not known what the clone plugin needs to know");
        }
        CloneRules rules =
                new CloneRules(
                        primary,
                        replica,
                        primary.cloneFacts().get(),
                        replica.cloneFacts().get(),
                        gtids);
        return rules.data()
                .or(rules::plugins)
                .or(rules::configuration)
                .or(rules::replication)
                .or(rules::logins)
                .or(() -> cloning == CloneMode.AUTO ? rules.costs() : Optional.empty());
    }

    /**
     * Why replicas that can be cloned one by one are copied to together, as a phrase; empty if they
     * are not. With each further one a clone's time is added, and hardly anything to a copy's, so
     * what a clone saves must be the more. Where 258 MB took 14 s to clone and as much again for
     * each further replica, they took 24 s to copy into two.
     *
     * @param together how many replicas need everything
     */
    static Optional<String> whyNotAll(ServerFacts primary, long together, CloneMode cloning) {
        long bytes = primary.cloneFacts().map(CloneFacts::dataBytes).orElse(0L);
        return cloning == CloneMode.AUTO
                        && together > 1
                        && bytes < WORTHWHILE_BYTES * together * together
                ? Optional.of(
                        "one copy of %d MB into %d replicas costs less than %d clones, one after the other"
                                .formatted(bytes >> 20, together, together))
                : Optional.empty();
    }

    /** What does no harm, but speaks for a copy. */
    private Optional<String> costs() {
        if (!primary.version().atLeast(8, 0, 27)) {
            return Optional.of(
                    "before 8.0.27 a clone keeps its donor from changing definitions meanwhile");
        }
        return donor.dataBytes() < WORTHWHILE_BYTES
                ? Optional.of(
                        "a copy of %d MB costs less than a clone and its restarts"
                                .formatted(donor.dataBytes() >> 20))
                : Optional.empty();
    }

    /** From 8.0.37 on, releases of one series can be cloned into each other. */
    private static Optional<String> version(ServerVersion donor, ServerVersion recipient) {
        for (ServerVersion version : List.of(donor, recipient)) {
            if (!CloneFacts.areKnownTo(version)) {
                return Optional.of(
                        version.display() + " has no clone plugin, which 8.0.17 brought");
            }
        }
        boolean sameSeries =
                donor.major() == recipient.major() && donor.minor() == recipient.minor();
        boolean samePatch = donor.patch() == recipient.patch();
        boolean mixes = donor.atLeast(8, 0, 37) && recipient.atLeast(8, 0, 37);
        return sameSeries && (samePatch || mixes)
                ? Optional.empty()
                : Optional.of(
                        "%s cannot be cloned into %s"
                                .formatted(donor.display(), recipient.display()));
    }

    private Optional<String> data() {
        if (!donor.otherEngines().isEmpty()) {
            return Optional.of(
                    "only tables in InnoDB are cloned, and %s has others: %s"
                            .formatted(primary.name(), some(donor.otherEngines())));
        }
        if (!donor.tablespacesElsewhere().isEmpty()) {
            return Optional.of(
                    "%s has tablespaces outside of its data directory: %s"
                            .formatted(primary.name(), some(donor.tablespacesElsewhere())));
        }
        if (donor.encrypted()
                || isOn(primary, "innodb_redo_log_encrypt")
                || isOn(primary, "innodb_undo_log_encrypt")) {
            return Optional.of(
                    "%s has encrypted data, which takes its keys to read"
                            .formatted(primary.name()));
        }
        if (donor.hasOwnNotes()) {
            return Optional.of(
                    "%s has notes of its own in schema dbmanager_local, which a clone would have"
                                    .formatted(primary.name())
                            + " too");
        }
        return Optional.empty();
    }

    private Optional<String> plugins() {
        Optional<String> state = pluginOf(primary, donor).or(() -> pluginOf(replica, recipient));
        if (state.isPresent()) {
            return state;
        }
        Set<String> missing = new TreeSet<>(donor.activePlugins());
        missing.removeAll(recipient.activePlugins());
        if (!missing.isEmpty()) {
            return Optional.of(
                    "%s lacks plugins of its primary: %s".formatted(replica.name(), some(missing)));
        }
        Set<String> different = new TreeSet<>(donor.extensions());
        different.addAll(recipient.extensions());
        different.removeIf(
                name -> donor.extensions().contains(name) && recipient.extensions().contains(name));
        return different.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "not the same plugins, components and loadable functions are installed on both: "
                                + some(different));
    }

    private static Optional<String> pluginOf(ServerFacts server, CloneFacts facts) {
        if (facts.isInstalled() && !facts.plugin().equals("ACTIVE")) {
            return Optional.of(
                    "the clone plugin of %s is %s"
                            .formatted(server.name(), facts.plugin().toLowerCase(Locale.ROOT)));
        }
        return facts.activePlugins().contains("group_replication")
                ? Optional.of(server.name() + " has group replication, which clones itself")
                : Optional.empty();
    }

    private Optional<String> configuration() {
        for (String variable : EQUAL_VARIABLES) {
            String wanted = primary.variable(variable);
            String own = replica.variable(variable);
            if (!own.equals(wanted)) {
                return Optional.of(
                        "%s is %s there and %s on %s"
                                .formatted(variable, own, wanted, primary.name()));
            }
        }
        if (replica.variable("persisted_globals_load").equals("OFF")) {
            return Optional.of(
                    "it would let writers in after its restart (persisted_globals_load=OFF)");
        }
        // The replica's is raised to the primary's before.
        String packet = primary.variable("max_allowed_packet");
        return !packet.isEmpty() && Long.parseLong(packet) < PACKET_MIN
                ? Optional.of("max_allowed_packet is less than 2 MB on " + primary.name())
                : Optional.empty();
    }

    private Optional<String> replication() {
        if (!primary.channels().isEmpty()) {
            return Optional.of(
                    primary.name() + " is a replica itself, and its clone would go on as one");
        }
        if (!gtids && primary.variable("binlog_order_commits").equals("OFF")) {
            return Optional.of(
                    "where it stands is not exact without GTIDs and with binlog_order_commits=OFF"
                            + " on "
                            + primary.name());
        }
        return primary.server().address().host().indexOf(':') >= 0
                ? Optional.of("the clone plugin does not take IPv6 addresses")
                : Optional.empty();
    }

    private Optional<String> logins() {
        return lacking(primary, donor, DONOR_PRIVILEGES)
                .or(() -> lacking(replica, recipient, RECIPIENT_PRIVILEGES))
                .or(this::whyNotLetIn);
    }

    private static Optional<String> lacking(
            ServerFacts server, CloneFacts facts, List<String> needed) {
        List<String> lacking =
                needed.stream().filter(name -> !facts.privileges().contains(name)).toList();
        return lacking.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%s does not let %s do it: %s"
                                .formatted(
                                        server.name(),
                                        server.server().credentials().user(),
                                        String.join(", ", lacking)));
    }

    /**
     * A clone ends the replica's own accounts for good, where a copy takes back what would lock us
     * out: so it must be sure that the primary's login opens the replica, too.
     */
    private Optional<String> whyNotLetIn() {
        if (primary.tls() && !replica.tls()) {
            return Optional.of("it offers no TLS, which accounts of its primary may require");
        }
        String user = primary.server().credentials().user();
        long sameName =
                primary.accounts().stream()
                        .filter(account ->
                                account.startsWith(user + "@") || account.startsWith("@"))
                        .count();
        boolean seenAlike = donor.seenFrom().equals(recipient.seenFrom());
        boolean fromEverywhere = donor.admittedFrom().equals("%") && sameName == 1;
        return seenAlike || fromEverywhere
                ? Optional.empty()
                : Optional.of(
                        "account %s@%s of %s may not admit connections from %s, as which this machine is seen there"
                                .formatted(
                                        user,
                                        donor.admittedFrom(),
                                        primary.name(),
                                        recipient.seenFrom()));
    }

    private static boolean isOn(ServerFacts server, String variable) {
        return server.variable(variable).equals("ON");
    }

    private static String some(Iterable<String> names) {
        StringBuilder text = new StringBuilder();
        int count = 0;
        for (String name : names) {
            if (count < NAMES_SHOWN) {
                text.append(count == 0 ? "" : ", ").append(name);
            }
            count++;
        }
        return count > NAMES_SHOWN
                ? text.append(" and ").append(count - NAMES_SHOWN).append(" more").toString()
                : text.toString();
    }
}
