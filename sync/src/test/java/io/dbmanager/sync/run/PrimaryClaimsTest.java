package io.dbmanager.sync.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmanager.common.Flavour;
import io.dbmanager.common.GtidSet;
import io.dbmanager.common.MySqlGtidSet;
import io.dbmanager.sync.Facts;
import io.dbmanager.sync.run.Epochs.Epoch;
import io.dbmanager.sync.run.PrimaryClaims.Claim;
import io.dbmanager.sync.run.PrimaryClaims.Remembered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrimaryClaimsTest {
    private static final String HISTORY = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path folder;

    @ParameterizedTest(name = "server {0} with epoch {1} of {2}, elsewhere {3} of {4}: {5}")
    @CsvSource(
            nullValues = "-",
            value = {
                "a, 1, a, 1, a, -",
                "a, 2, a, 1, b, -",
                "b, 1, a, 1, a, -",
                "a, -, -, 1, a, -",
                "a, 1, a, 2, b, it is an earlier primary",
                "c, 1, a, 2, b, it is an earlier primary",
                "a, -, -, 1, b, it is an earlier primary",
                "a, 1, a, 2, a, it is an earlier primary",
                "a, 2, a, 2, b, which is right cannot be told",
                "c, 2, a, 2, b, which is right cannot be told"
            })
    void theNewerClaimWins(
            String identity,
            @Nullable Long ownNumber,
            @Nullable String ownServer,
            long number,
            String server,
            @Nullable String expected) {
        Optional<Epoch> own =
                ownNumber == null || ownServer == null
                        ? Optional.empty()
                        : Optional.of(new Epoch(ownNumber, ownServer));
        Optional<String> objection =
                PrimaryClaims.objection(
                        identity, own, List.of(new Claim(new Epoch(number, server), "dbread1")));
        if (expected == null) {
            assertThat(objection).isEmpty();
        } else {
            assertThat(objection.orElse("")).contains(expected, "dbread1");
        }
    }

    private static GtidSet upTo(long last) {
        return MySqlGtidSet.parse(Facts.UUID_P + ":1-" + last);
    }

    @Test
    void aServerThatLacksWhatItHadHasGoneBack() {
        Remembered before = new Remembered(new Epoch(1, "a"), 50, Optional.of(upTo(100)));
        assertThat(PrimaryClaims.wentBack(before, "a", 50, Optional.of(upTo(100)))).isEmpty();
        assertThat(PrimaryClaims.wentBack(before, "a", 49, Optional.of(upTo(100))).orElse(""))
                .contains("heartbeat 50 and is at 49");
        assertThat(PrimaryClaims.wentBack(before, "a", 50, Optional.of(upTo(90))).orElse(""))
                .contains(Facts.UUID_P.toLowerCase(java.util.Locale.ROOT) + ":91-100");
        // Its successor is behind by a heartbeat; without GTIDs nothing more can be told.
        assertThat(PrimaryClaims.wentBack(before, "b", 49, Optional.of(upTo(100)))).isEmpty();
        assertThat(PrimaryClaims.wentBack(before, "b", 49, Optional.empty())).isEmpty();
    }

    @Test
    void whatIsRememberedOutlivesTheProcess() throws IOException {
        Remembered now = new Remembered(new Epoch(7, "a"), 50, Optional.of(upTo(100)));
        new PrimaryMemory(Optional.of(folder)).keep(HISTORY, now);
        PrimaryMemory next = new PrimaryMemory(Optional.of(folder));
        assertThat(next.recall(HISTORY, Flavour.MYSQL)).contains(now);
        Remembered later = new Remembered(new Epoch(8, "b"), 51, Optional.empty());
        next.keep(HISTORY, later);
        assertThat(next.recall(HISTORY, Flavour.MYSQL)).contains(later);
        assertThat(next.recall(HISTORY.replace('3', '4'), Flavour.MYSQL)).isEmpty();
    }

    @Test
    void aFileThatWasSpoiledIsNotTakenForNone() throws IOException {
        PrimaryMemory memory = new PrimaryMemory(Optional.of(folder));
        Path file = memory.file(HISTORY).orElseThrow();
        Files.writeString(file, "epoch=soon\n");
        assertThatThrownBy(() -> memory.recall(HISTORY, Flavour.MYSQL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aHistoryThatIsNoFilesNameIsNotWritten() {
        PrimaryMemory memory = new PrimaryMemory(Optional.of(folder));
        assertThat(memory.file("../../etc/passwd")).isEmpty();
        memory.keep("../x", new Remembered(new Epoch(1, "a"), 1, Optional.empty()));
        assertThat(folder).isEmptyDirectory();
    }
}
