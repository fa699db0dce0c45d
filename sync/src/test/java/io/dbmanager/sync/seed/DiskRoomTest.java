package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.seed.DiskRoom.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of the sizes of data and disks; in gigabytes. */
class DiskRoomTest {
    @ParameterizedTest(name = "{0} needed, {1} held, {2} free: {3}")
    @CsvSource({
        "10, 0, 10, Enough",
        "10, 4, 6, Enough",
        "0, 0, 0, Enough",
        "10, 0, 9, Tight",
        "10, 4, 1, Tight",
        "10, 0, 4, TooLittle",
        "10, 2, 2, TooLittle",
    })
    void whatIsHeldGoesAndHalfMayBeAir(long needed, long taken, long free, String expected) {
        assertThat(judge(needed, taken, free).getClass().getSimpleName()).isEqualTo(expected);
    }

    @Test
    void whatIsTooLittleIsToldInNumbers() {
        assertThat(judge(100, 2, 7))
                .isEqualTo(
                        new Verdict.TooLittle(
                                "there is no room for a copy: data and keys on dbwrite take 100.0"
                                        + " GB, and the disk of dbread1 has 7168 MB free and holds"
                                        + " 2048 MB that goes. Give it a larger disk"));
    }

    private static Verdict judge(long needed, long taken, long free) {
        return DiskRoom.judge("dbwrite", "dbread1", needed << 30, taken << 30, free << 30);
    }
}
