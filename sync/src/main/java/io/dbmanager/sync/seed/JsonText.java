package io.dbmanager.sync.seed;

import java.io.ByteArrayOutputStream;

/** What MySQL 5.7 prints of a document in a way that it reads back as something else. */
final class JsonText {
    private JsonText() {}

    /**
     * A double of -0 is printed as {@code -0}, which is read as the integer 0; {@code -0.0} is read
     * as what it was. No integer is ever printed so.
     *
     * @param json UTF-8
     */
    static byte[] withNegativeZeros(byte[] json) {
        ByteArrayOutputStream rewritten = null;
        int copied = 0;
        boolean inString = false;
        for (int i = 0; i < json.length; i++) {
            if (inString) {
                if (json[i] == '\\') {
                    i++;
                } else if (json[i] == '"') {
                    inString = false;
                }
            } else if (json[i] == '"') {
                inString = true;
            } else if (isNegativeZero(json, i)) {
                if (rewritten == null) {
                    rewritten = new ByteArrayOutputStream(json.length + 16);
                }
                rewritten.write(json, copied, i + 2 - copied);
                rewritten.write('.');
                rewritten.write('0');
                copied = i + 2;
            }
        }
        if (rewritten == null) {
            return json;
        }
        rewritten.write(json, copied, json.length - copied);
        return rewritten.toByteArray();
    }

    private static boolean isNegativeZero(byte[] json, int at) {
        if (json[at] != '-' || at + 1 >= json.length || json[at + 1] != '0') {
            return false;
        }
        if (at > 0 && (json[at - 1] == 'e' || json[at - 1] == 'E')) {
            return false;
        }
        return at + 2 == json.length
                || json[at + 2] == ','
                || json[at + 2] == ']'
                || json[at + 2] == '}';
    }
}
