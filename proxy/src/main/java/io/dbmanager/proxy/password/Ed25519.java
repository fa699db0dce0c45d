package io.dbmanager.proxy.password;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Signatures on the curve edwards25519 (RFC 8032), as MariaDB's plugin {@code client_ed25519} wants
 * them: of the server's scramble, with a key that is the password itself, of whatever length, where
 * the standard has a seed of 32 bytes. The platform signs with such seeds only, hence this.
 *
 * <p>The time it takes depends on the key. Nobody can measure it here: a login signs one scramble
 * that the server chose, among everything else that an event loop does.
 */
public final class Ed25519 {
    public static final String PLUGIN = "client_ed25519";
    private static final int HALF = 32;

    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    /** Twice the curve's d = -121665/121666. */
    private static final BigInteger TWO_D =
            BigInteger.valueOf(-121665)
                    .multiply(BigInteger.valueOf(121666).modInverse(P))
                    .shiftLeft(1)
                    .mod(P);

    private Ed25519() {}

    /** The signature of a message, 64 bytes. */
    public static byte[] sign(byte[] key, byte[] message) {
        byte[] expanded = Digests.sha512(key);
        BigInteger secret = secret(expanded);
        byte[] prefix = Arrays.copyOfRange(expanded, HALF, 2 * HALF);
        BigInteger once = number(Digests.sha512(prefix, message)).mod(ORDER);
        byte[] point = timesBase(once).encoded();
        byte[] publicKey = timesBase(secret).encoded();
        BigInteger challenge = number(Digests.sha512(point, publicKey, message)).mod(ORDER);
        byte[] proof = littleEndian(challenge.multiply(secret).add(once).mod(ORDER));
        byte[] signature = Arrays.copyOf(point, 2 * HALF);
        System.arraycopy(proof, 0, signature, HALF, HALF);
        return signature;
    }

    /** What a server stores of the key. */
    public static byte[] publicKey(byte[] key) {
        return timesBase(secret(Digests.sha512(key))).encoded();
    }

    /** The first half with the bits that the standard fixes. */
    private static BigInteger secret(byte[] expanded) {
        byte[] half = Arrays.copyOf(expanded, HALF);
        half[0] &= (byte) 0xF8;
        half[HALF - 1] &= 0x7F;
        half[HALF - 1] |= 0x40;
        return number(half);
    }

    /** By four bits at a time, from tables: a sixth of the work of doubling and adding. */
    private static Point timesBase(BigInteger factor) {
        Point sum = Point.ZERO;
        byte[] bytes = littleEndian(factor);
        for (int i = 0; i < HALF; i++) {
            sum = sum.plus(Table.MULTIPLES[2 * i][bytes[i] & 0x0F]);
            sum = sum.plus(Table.MULTIPLES[2 * i + 1][(bytes[i] & 0xF0) >>> 4]);
        }
        return sum;
    }

    private static BigInteger number(byte[] littleEndian) {
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
        }
        return new BigInteger(1, bigEndian);
    }

    private static byte[] littleEndian(BigInteger number) {
        byte[] bigEndian = number.toByteArray();
        byte[] bytes = new byte[HALF];
        for (int i = 0; i < Math.min(HALF, bigEndian.length); i++) {
            bytes[i] = bigEndian[bigEndian.length - 1 - i];
        }
        return bytes;
    }

    /** x/z and y/z are the point's coordinates, t = xy/z. */
    private record Point(BigInteger x, BigInteger y, BigInteger z, BigInteger t) {
        static final Point ZERO =
                new Point(BigInteger.ZERO, BigInteger.ONE, BigInteger.ONE, BigInteger.ZERO);

        /** The one with y = 4/5 and an even x. */
        static Point base() {
            BigInteger x =
                    new BigInteger(
                            "216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a", 16);
            BigInteger y = BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P));
            return new Point(x, y.mod(P), BigInteger.ONE, x.multiply(y).mod(P));
        }

        /** Holds for any two points, equal ones included. */
        Point plus(Point other) {
            BigInteger a = y.subtract(x).multiply(other.y.subtract(other.x)).mod(P);
            BigInteger b = y.add(x).multiply(other.y.add(other.x)).mod(P);
            BigInteger c = t.multiply(TWO_D).mod(P).multiply(other.t).mod(P);
            BigInteger d = z.multiply(other.z).shiftLeft(1).mod(P);
            BigInteger e = b.subtract(a);
            BigInteger f = d.subtract(c);
            BigInteger g = d.add(c);
            BigInteger h = b.add(a);
            return new Point(
                    e.multiply(f).mod(P),
                    g.multiply(h).mod(P),
                    f.multiply(g).mod(P),
                    e.multiply(h).mod(P));
        }

        /** y, with the lowest bit of x as the highest. */
        byte[] encoded() {
            BigInteger inverse = z.modInverse(P);
            byte[] bytes = littleEndian(y.multiply(inverse).mod(P));
            if (x.multiply(inverse).mod(P).testBit(0)) {
                bytes[HALF - 1] |= (byte) 0x80;
            }
            return bytes;
        }
    }

    /** Made at the first signature. */
    private static final class Table {
        /** For each four bits of a factor, 0 to 15 times the base point times their weight. */
        static final Point[][] MULTIPLES = make();

        private static Point[][] make() {
            Point[][] table = new Point[2 * HALF][16];
            Point unit = Point.base();
            for (Point[] row : table) {
                row[0] = Point.ZERO;
                for (int i = 1; i < row.length; i++) {
                    row[i] = row[i - 1].plus(unit);
                }
                unit = row[row.length - 1].plus(unit);
            }
            return table;
        }
    }
}
