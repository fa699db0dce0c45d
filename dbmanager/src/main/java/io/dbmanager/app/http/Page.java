package io.dbmanager.app.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;

/**
 * The page for people: one document with its style and script inside. The policy sent with it names
 * these two by their hashes and allows nothing else, so nothing put into the page by others runs.
 */
final class Page {
    private final Response response;

    private Page(Response response) {
        this.response = response;
    }

    Response response() {
        return response;
    }

    static Page load() {
        String style = resource("page.css");
        String script = resource("page.js");
        String html =
                resource("page.html").replace("/*STYLE*/", style).replace("/*SCRIPT*/", script);
        String policy =
                "default-src 'none'; style-src '%s'; script-src '%s'; connect-src 'self'; img-src data:; "
                                .formatted(hash(style), hash(script))
                        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return new Page(
                Response.text(200, "text/html; charset=utf-8", html)
                        .with(
                                Map.of(
                                        "Content-Security-Policy",
                                        policy,
                                        "Referrer-Policy",
                                        "no-referrer",
                                        "X-Frame-Options",
                                        "DENY")));
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
