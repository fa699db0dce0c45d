package io.dbmanager.app.discovery;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code mysql://user:password@host:port/...}, where the password may hold any character, raw or
 * percent-encoded. {@link java.net.URI} refuses such addresses, so this reads them by what is
 * certain: a host has no {@code @}, hence the last {@code @} that a host follows ends the password,
 * and a user name has no {@code :}, hence the first one begins it.
 */
record MySqlUrl(
        String host, Optional<String> port, Optional<String> user, Optional<String> password) {
    static final String DEFAULT_PORT = "3306";
    private static final Pattern SCHEME = Pattern.compile("(?i)(?:mysql2?|mariadb|jdbc:mysql)://");
    private static final Pattern PLACE =
            Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^\\[\\]@:/?#\\s]+)(?::([^/?#]*))?(?:[/?#].*)?");

    /** What RFC 3986 allows in a password: anything else in it proves that it is not encoded. */
    private static final Pattern ENCODED =
            Pattern.compile("(?:[A-Za-z0-9\\-._~!$&'()*+,;=:/]|%[0-9A-Fa-f]{2})*");

    /**
     * @throws IllegalArgumentException with a sentence's end that never quotes the text, since a
     *     password is in it
     */
    static MySqlUrl parse(String text) {
        Matcher scheme = SCHEME.matcher(text);
        if (!scheme.lookingAt()) {
            throw new IllegalArgumentException("it does not begin with mysql://");
        }
        String rest = text.substring(scheme.end());
        int at = endOfLogin(rest);
        if (at >= 0) {
            Matcher place = PLACE.matcher(rest.substring(at + 1));
            return withLogin(place, rest.substring(0, at));
        }
        Matcher place = PLACE.matcher(rest);
        if (rest.indexOf('@') < 0 && place.matches()) {
            return new MySqlUrl(host(place), port(place), Optional.empty(), Optional.empty());
        }
        throw new IllegalArgumentException("no host was found in it");
    }

    /** The last {@code @} that a host follows; -1 for none. */
    private static int endOfLogin(String rest) {
        int at = rest.lastIndexOf('@');
        while (at >= 0 && !PLACE.matcher(rest.substring(at + 1)).matches()) {
            at = rest.lastIndexOf('@', at - 1);
        }
        return at;
    }

    /**
     * The same address with another password, percent-encoded where that is needed.
     *
     * @param before the password that it must have; empty if it has another one, or none
     */
    static Optional<String> withPassword(String text, String before, String next) {
        Matcher scheme = SCHEME.matcher(text);
        if (!scheme.lookingAt()) {
            return Optional.empty();
        }
        String rest = text.substring(scheme.end());
        int at = endOfLogin(rest);
        int colon = rest.indexOf(':');
        boolean has =
                at >= 0
                        && colon >= 0
                        && colon < at
                        && decode(rest.substring(colon + 1, at)).equals(before);
        return has
                ? Optional.of(
                        text.substring(0, scheme.end() + colon + 1)
                                + encode(next)
                                + rest.substring(at))
                : Optional.empty();
    }

    private static String encode(String password) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : password.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b > 0 && (Character.isLetterOrDigit(b) || "-._~".indexOf(b) >= 0);
            encoded.append(plain ? String.valueOf((char) b) : "%%%02X".formatted(b & 0xff));
        }
        return encoded.toString();
    }

    private static MySqlUrl withLogin(Matcher place, String login) {
        if (!place.matches()) {
            throw new IllegalArgumentException("no host was found in it");
        }
        int colon = login.indexOf(':');
        String user = decode(colon < 0 ? login : login.substring(0, colon));
        Optional<String> password =
                colon < 0 ? Optional.empty() : Optional.of(decode(login.substring(colon + 1)));
        return new MySqlUrl(
                host(place),
                port(place),
                user.isEmpty() ? Optional.empty() : Optional.of(user),
                password);
    }

    private static String host(Matcher place) {
        String host = place.group(1);
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static Optional<String> port(Matcher place) {
        return Optional.ofNullable(place.group(2)).filter(port -> !port.isEmpty());
    }

    /** Undoes percent-encoding where the text can be encoded; else it is raw and stays as it is. */
    static String decode(String text) {
        if (text.indexOf('%') < 0 || !ENCODED.matcher(text).matches()) {
            return text;
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%') {
                bytes.put((byte) Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.put((byte) text.charAt(i));
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(bytes.flip())
                    .toString();
        } catch (CharacterCodingException _) {
            return text;
        }
    }
}
