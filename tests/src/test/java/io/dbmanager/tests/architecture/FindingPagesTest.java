package io.dbmanager.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.common.FindingKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Every finding has its section, under the anchor that messages name, and no section is idle. */
class FindingPagesTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void everyFindingIsExplained() throws Exception {
        List<String> headings =
                Files.readAllLines(ROOT.resolve("docs/operating/findings.md")).stream()
                        .filter(line -> line.startsWith("## "))
                        .map(line -> line.substring(3).strip())
                        .toList();
        assertThat(headings)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(FindingKind.values()).map(FindingKind::id).toList());
        for (FindingKind kind : FindingKind.values()) {
            String[] page = kind.page().split("#");
            assertThat(ROOT.resolve(page[0])).exists();
            assertThat(headings.stream().map(FindingPagesTest::anchor)).contains(page[1]);
        }
    }

    /** As it is made of a heading: lower case, without punctuation but hyphens and underscores. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_ -]", "").replace(' ', '-');
    }
}
