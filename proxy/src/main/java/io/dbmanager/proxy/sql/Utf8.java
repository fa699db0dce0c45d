package io.dbmanager.proxy.sql;

/** Whether bytes are UTF-8 of at most four bytes a character. */
final class Utf8 {
    private Utf8() {}

    static boolean isValid(byte[] text, int from, int stop) {
        int i = from;
        while (i < stop) {
            int more = continuations(text[i] & 0xff);
            if (more < 0 || i + more >= stop) {
                return false;
            }
            for (int j = 1; j <= more; j++) {
                if ((text[i + j] & 0xc0) != 0x80) {
                    return false;
                }
            }
            i += more + 1;
        }
        return true;
    }

    private static int continuations(int lead) {
        if (lead < 0x80) {
            return 0;
        }
        if (lead >= 0xc2 && lead <= 0xdf) {
            return 1;
        }
        if (lead >= 0xe0 && lead <= 0xef) {
            return 2;
        }
        return lead >= 0xf0 && lead <= 0xf4 ? 3 : -1;
    }
}
