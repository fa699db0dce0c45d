package io.dbmanager.sync.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.CloneTraits;
import io.dbmanager.sync.Facts;
import io.dbmanager.sync.SyncSettings.CloneMode;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Why a replica is not cloned, as a table; where nothing of it holds, it is. */
class CloneRulesTest {
    private static final String V = "9.7.4";

    private static Facts primary(Consumer<CloneTraits> change) {
        return Facts.primary(V).clonable(change);
    }

    private static Facts replica(Consumer<CloneTraits> change) {
        return Facts.replica(V).clonable(change);
    }

    private static Facts primary() {
        return primary(_ -> {});
    }

    private static Facts replica() {
        return replica(_ -> {});
    }

    private static Optional<String> whyNot(Facts primary, Facts replica, CloneMode cloning) {
        return CloneRules.whyNot(primary.facts(), replica.facts(), true, cloning);
    }

    private static Arguments row(Facts primary, Facts replica, String why) {
        return Arguments.of(why, primary, replica);
    }

    static Stream<Arguments> obstacles() {
        return Stream.of(
                row(
                        primary(t -> t.otherEngines.add("shop.log (MyISAM)")),
                        replica(),
                        "only tables in InnoDB are cloned, and dbwrite has others: shop.log"
                                + " (MyISAM)"),
                row(
                        primary(t -> t.elsewhere.add("/fast/ts1.ibd")),
                        replica(),
                        "dbwrite has tablespaces outside of its data directory: /fast/ts1.ibd"),
                row(
                        primary(t -> t.encrypted = true),
                        replica(),
                        "dbwrite has encrypted data, which takes its keys to read"),
                row(
                        primary().variable("innodb_redo_log_encrypt", "ON"),
                        replica(),
                        "dbwrite has encrypted data, which takes its keys to read"),
                row(
                        primary(t -> t.ownNotes = true),
                        replica(),
                        "dbwrite has notes of its own in schema dbmanager_local, which a clone"
                                + " would have too"),
                row(
                        primary(t -> t.plugin = "DISABLED"),
                        replica(),
                        "the clone plugin of dbwrite is disabled"),
                row(
                        primary(),
                        replica(t -> t.plugin = "INACTIVE"),
                        "the clone plugin of dbread1 is inactive"),
                row(
                        primary(),
                        replica(t -> t.active.add("group_replication")),
                        "dbread1 has group replication, which clones itself"),
                row(
                        primary(t -> t.active.add("rpl_semi_sync_source")),
                        replica(),
                        "dbread1 lacks plugins of its primary: rpl_semi_sync_source"),
                row(
                        primary(),
                        replica(t -> t.extensions.add("file://component_validate_password")),
                        "not the same plugins, components and loadable functions are installed on"
                                + " both: file://component_validate_password"),
                row(
                        primary().variable("innodb_page_size", "16384"),
                        replica().variable("innodb_page_size", "8192"),
                        "innodb_page_size is 8192 there and 16384 on dbwrite"),
                row(
                        primary().variable("version_compile_machine", "x86_64"),
                        replica().variable("version_compile_machine", "aarch64"),
                        "version_compile_machine is aarch64 there and x86_64 on dbwrite"),
                row(
                        primary().variable("max_allowed_packet", "1048576"),
                        replica(),
                        "max_allowed_packet is less than 2 MB on dbwrite"),
                row(
                        primary().channel(Facts.fromElsewhere("")),
                        replica(),
                        "dbwrite is a replica itself, and its clone would go on as one"),
                row(
                        primary(t -> t.privileges.remove("BACKUP_ADMIN")),
                        replica(),
                        "dbwrite does not let root do it: BACKUP_ADMIN"),
                row(
                        primary(),
                        replica(t -> t.privileges.remove("CLONE_ADMIN")),
                        "dbread1 does not let root do it: CLONE_ADMIN"),
                row(
                        primary(),
                        replica().withoutTls(),
                        "it offers no TLS, which accounts of its primary may require"),
                row(
                        primary(t -> t.admittedFrom = "10.0.0.%"),
                        replica(t -> t.seenFrom = "192.168.1.9"),
                        "account root@10.0.0.% of dbwrite may not admit connections from"
                                + " 192.168.1.9, as which this machine is seen there"),
                row(
                        primary().account("root@192.168.1.9"),
                        replica(t -> t.seenFrom = "192.168.1.9"),
                        "account root@% of dbwrite may not admit connections from 192.168.1.9, as"
                                + " which this machine is seen there"),
                row(
                        primary(),
                        replica().variable("persisted_globals_load", "OFF"),
                        "it would let writers in after its restart (persisted_globals_load=OFF)"),
                row(
                        Facts.primary("8.0.26").clonable(),
                        Facts.replica("8.0.26").clonable(),
                        "before 8.0.27 a clone keeps its donor from changing definitions"
                                + " meanwhile"),
                row(
                        primary(t -> t.dataBytes = 5 << 20),
                        replica(),
                        "a copy of 5 MB costs less than a clone and its restarts"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("obstacles")
    void isNotCloned(String why, Facts primary, Facts replica) {
        assertThat(whyNot(primary, replica, CloneMode.AUTO)).contains(why);
    }

    static Stream<Arguments> noObstacles() {
        return Stream.of(
                row(primary(), replica(), "nothing"),
                row(
                        primary(t -> t.plugin = ""),
                        replica(t -> t.plugin = ""),
                        "the plugin is not installed yet"),
                row(
                        primary(),
                        replica(t -> {
                            t.otherEngines.add("old.log (MyISAM)");
                            t.encrypted = true;
                            t.ownNotes = true;
                        }),
                        "what goes is of no concern"),
                row(
                        primary(),
                        replica(t -> t.active.add("audit_log")),
                        "the replica may have more plugins than its primary"),
                row(
                        primary(),
                        replica(t -> t.seenFrom = "192.168.1.9"),
                        "its only root admits everybody"),
                row(
                        primary(t -> t.admittedFrom = "10.0.0.%").account("root@10.0.0.9"),
                        replica(),
                        "both see this machine as the same"),
                row(
                        primary().variable("character_set_server", "latin1"),
                        replica().variable("character_set_server", "utf8mb4"),
                        "what is set before it is cloned"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noObstacles")
    void isCloned(String what, Facts primary, Facts replica) {
        assertThat(whyNot(primary, replica, CloneMode.AUTO)).as(what).isEmpty();
    }

    @ParameterizedTest(name = "{0} into {1}: {2}")
    @CsvSource({
        "8.0.17, 8.0.17, true",
        "8.0.16, 8.0.16, false",
        "8.0.17, 8.0.18, false",
        "8.0.36, 8.0.37, false",
        "8.0.37, 8.0.42, true",
        "8.0.42, 8.0.37, true",
        "8.0.42, 8.4.3, false",
        "8.4.0, 8.4.3, true",
        "8.4.3, 9.7.4, false",
        "9.7.0, 9.7.4, true",
        "26.7.0, 26.7.2, true",
        "26.7.0, 26.10.0, false"
    })
    void goesByVersions(String donor, String recipient, boolean cloned) {
        Facts primary = Facts.primary(donor).clonable();
        Facts replica = Facts.replica(recipient).clonable();

        assertThat(whyNot(primary, replica, CloneMode.ALWAYS).isEmpty()).isEqualTo(cloned);
    }

    @Test
    void goesByTheSettings() {
        Facts little = primary(t -> t.dataBytes = 0);

        assertThat(whyNot(primary(), replica(), CloneMode.NEVER))
                .contains("the settings say so (clone: never)");
        assertThat(whyNot(little, replica(), CloneMode.ALWAYS)).isEmpty();
    }

    @Test
    void withoutGtidsThePlaceMustBeExact() {
        Facts primary = primary().variable("binlog_order_commits", "OFF");

        assertThat(CloneRules.whyNot(primary.facts(), replica().facts(), false, CloneMode.AUTO))
                .hasValueSatisfying(why -> assertThat(why).contains("binlog_order_commits=OFF"));
        assertThat(whyNot(primary, replica(), CloneMode.AUTO)).isEmpty();
    }

    /** It has no such plugin, and nobody expects one. */
    @Test
    void ofMariaDbNothingIsTold() {
        assertThat(
                        whyNot(
                                Facts.primary("11.4.5-MariaDB"),
                                Facts.replica("11.4.5-MariaDB"),
                                CloneMode.ALWAYS))
                .contains("");
    }
}
