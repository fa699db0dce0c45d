package io.dbmanager.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptCertificateTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir private Path folder;

    @Test
    void isTheSameAtTheNextStart() throws Exception {
        SelfSignedCertificate first = KeptCertificate.in(folder.resolve("state"), NOW);
        SelfSignedCertificate second = KeptCertificate.in(folder.resolve("state"), NOW);
        assertThat(second.certificate()).isEqualTo(first.certificate());
        assertThat(second.key()).isEqualTo(first.key());
    }

    @Test
    void isReadByItsOwnerAloneAndLeavesNothingElse() throws Exception {
        KeptCertificate.in(folder, NOW);
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(all.getFirst())))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void isMadeAnewWhenItHasExpired() throws Exception {
        SelfSignedCertificate first = KeptCertificate.in(folder, NOW);
        Instant later = NOW.plus(Duration.ofDays(3651));
        SelfSignedCertificate second = KeptCertificate.in(folder, later);
        assertThat(second.certificate()).isNotEqualTo(first.certificate());
        assertThat(KeptCertificate.in(folder, later).certificate()).isEqualTo(second.certificate());
    }

    @Test
    void isMadeAnewWhenItCannotBeRead() throws Exception {
        Path file = folder.resolve("proxy-certificate.pem");
        Files.writeString(file, "nonsense");
        SelfSignedCertificate made = KeptCertificate.in(folder, NOW);
        made.certificate().verify(made.certificate().getPublicKey());
        assertThat(KeptCertificate.in(folder, NOW).certificate()).isEqualTo(made.certificate());
    }
}
