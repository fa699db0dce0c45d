package io.dbmanager.proxy.auth;

import io.dbmanager.proxy.password.RsaKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A certificate made at start, so that clients can use TLS without anybody having set it up. It
 * says who the proxy is to nobody; it keeps listeners out. Written in DER by hand (RFC 5280): the
 * platform can read certificates and not make them.
 */
record SelfSignedCertificate(PrivateKey key, X509Certificate certificate) {
    private static final Duration VALID_FOR = Duration.ofDays(3650);
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofDays(1);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int NULL = 0x05;
    private static final int OBJECT_ID = 0x06;
    private static final int UTF8_STRING = 0x0C;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;

    /** 1.2.840.113549.1.1.11. */
    private static final byte[] SHA256_WITH_RSA = {
        0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x0B
    };

    /** 2.5.4.3. */
    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

    static SelfSignedCertificate make(String commonName, Instant now)
            throws GeneralSecurityException {
        KeyPair pair = RsaKey.generatePair();
        byte[] algorithm = der(SEQUENCE, der(OBJECT_ID, SHA256_WITH_RSA), der(NULL));
        byte[] name = name(commonName);
        byte[] validity =
                der(SEQUENCE, time(now.minus(CLOCKS_DIFFER_BY)), time(now.plus(VALID_FOR)));
        byte[] serial = new BigInteger(120, new SecureRandom()).add(BigInteger.ONE).toByteArray();
        byte[] body =
                der(
                        SEQUENCE,
                        der(INTEGER, serial),
                        algorithm,
                        name,
                        validity,
                        name,
                        pair.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(body);
        byte[] whole =
                der(SEQUENCE, body, algorithm, der(BIT_STRING, new byte[] {0}, signature.sign()));
        X509Certificate certificate =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(whole));
        return new SelfSignedCertificate(pair.getPrivate(), certificate);
    }

    private static byte[] name(String commonName) {
        byte[] text = der(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8));
        return der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), text)));
    }

    private static byte[] time(Instant at) {
        return der(GENERALIZED_TIME, TIME.format(at).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(int tag, byte[]... contents) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] content : contents) {
            body.writeBytes(content);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = body.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            byte[] bytes = BigInteger.valueOf(length).toByteArray();
            int zeros = bytes[0] == 0 ? 1 : 0;
            out.write(0x80 | (bytes.length - zeros));
            out.write(bytes, zeros, bytes.length - zeros);
        }
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }
}
